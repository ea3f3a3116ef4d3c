namespace Vdmabuf.Compositor;

/// <summary>A keymap with few keys and everything xkb needs: letters, digits, Return, Escape, Space, Shift, Control, Alt.</summary>
public static class TestKeymap
{
    public const string Text = """
        xkb_keymap {
          xkb_keycodes "test" {
            minimum = 8;
            maximum = 255;
            <ESC> = 9;
            <AE01> = 10; <AE02> = 11; <AE03> = 12;
            <AD01> = 24; <AD02> = 25; <AD03> = 26;
            <RTRN> = 36; <LCTL> = 37;
            <AC01> = 38; <AC02> = 39; <AC03> = 40;
            <LFSH> = 50;
            <AB01> = 52; <AB02> = 53; <AB03> = 54;
            <LALT> = 64; <SPCE> = 65;
            <FK11> = 95;
          };
          xkb_types "test" {
            type "ONE_LEVEL" {
              modifiers = none;
              level_name[Level1] = "Any";
            };
            type "ALPHABETIC" {
              modifiers = Shift+Lock;
              map[Shift] = Level2;
              map[Lock] = Level2;
              level_name[Level1] = "Base";
              level_name[Level2] = "Caps";
            };
            type "TWO_LEVEL" {
              modifiers = Shift;
              map[Shift] = Level2;
              level_name[Level1] = "Base";
              level_name[Level2] = "Shift";
            };
          };
          xkb_compatibility "test" {
            interpret Any+AnyOf(all) {
              action = SetMods(modifiers = modMapMods, clearLocks);
            };
          };
          xkb_symbols "test" {
            key <ESC>  { [ Escape ] };
            key <AE01> { [ 1, exclam ] };
            key <AE02> { [ 2, at ] };
            key <AE03> { [ 3, numbersign ] };
            key <AD01> { [ q, Q ] };
            key <AD02> { [ w, W ] };
            key <AD03> { [ e, E ] };
            key <AC01> { [ a, A ] };
            key <AC02> { [ s, S ] };
            key <AC03> { [ d, D ] };
            key <AB01> { [ z, Z ] };
            key <AB02> { [ x, X ] };
            key <AB03> { [ c, C ] };
            key <RTRN> { [ Return ] };
            key <SPCE> { [ space ] };
            key <FK11> { [ F11 ] };
            key <LFSH> { [ Shift_L ] };
            key <LCTL> { [ Control_L ] };
            key <LALT> { [ Alt_L ] };
            modifier_map Shift { <LFSH> };
            modifier_map Control { <LCTL> };
            modifier_map Mod1 { <LALT> };
          };
        };

        """;
}
