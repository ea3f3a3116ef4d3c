namespace Vdmabuf.Compositor;

/// <summary>wl_display: object 1 of every connection.</summary>
internal sealed class DisplayResource(Client client) : Resource(client, 1, "wl_display", 1)
{
    internal override void Handle(string request, RequestArgs args)
    {
        switch (request)
        {
            case "sync":
                var callback = new CallbackResource(Client, args.Uint(0));
                callback.Done(Compositor.NextSerial());
                break;
            case "get_registry":
                var registry = new RegistryResource(Client, args.Uint(0));
                foreach (Global global in Compositor.Globals)
                    registry.Announce(global);
                break;
        }
    }
}

/// <summary>wl_callback: lives until its one event.</summary>
internal sealed class CallbackResource(Client client, uint id) : Resource(client, id, "wl_callback", 1)
{
    internal override void Handle(string request, RequestArgs args)
    {
    }

    internal void Done(uint data)
    {
        Send("done", data);
        Destroy();
    }
}

/// <summary>wl_registry.</summary>
internal sealed class RegistryResource(Client client, uint id) : Resource(client, id, "wl_registry", 1)
{
    internal void Announce(Global global) => Send("global", global.Name, global.Interface, global.Version);

    internal void Withdraw(Global global) => Send("global_remove", global.Name);

    internal override void Handle(string request, RequestArgs args)
    {
        if (request != "bind")
            return;
        (uint name, string interfaceName, uint version, uint newId) = (args.Uint(0), args.Text(1), args.Uint(2), args.Uint(3));
        Global? global = Compositor.FindGlobal(name);
        if (global is null || global.Interface != interfaceName)
            throw new ClientFault(Client.Display, 0, $"invalid_object: bind of {interfaceName} as global {name}, which is {global?.Interface ?? "unknown"}");
        if (version == 0 || version > global.Version)
            throw new ClientFault(Client.Display, 0, $"invalid_object: bind of {interfaceName} version {version}, offered is {global.Version}");
        GlobalFactory.Bind(Client, global, newId, version);
    }
}
