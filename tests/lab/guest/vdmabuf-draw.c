// vdmabuf-draw: draws numbered frames on every head of a guest's display (virtio-gpu, bochs, any KMS driver with dumb buffers).
//
//   vdmabuf-draw [flip|dirty|still|mode] [frames=N] [fps=N] [heads=N] [size=WxH] [every=N] [hold-after=N] [cursor=on] [control=DEVICE]
//
//   flip          two buffers in turn, a page flip per frame
//   dirty         one buffer, only what changed is drawn and reported with DIRTYFB
//   still         one picture, then nothing more
//   mode          like flip, and the next of the connector's modes after each `every` frames (default 30)
//   frames=N      stop after N frames (default 0: without end)      fps=N   at most so many a second (default 0: as fast as it goes)
//   size=WxH      begin in this mode, else in the connector's first hold-after=N   after frame N wait for an order (see control.h)
//
// What is drawn: picture.h. What is reported: `ready driver=... heads=N size=WxH`, `held frame=F`, `done frames=F fps=...`.
#include "control.h"
#include "kms.h"
#include "picture.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define NEVER (~0u)

enum way { FLIP, DIRTY, STILL, MODE };

static struct {
    enum way way;
    unsigned frames, every, hold_after;
    double fps;
    int heads, width, height;
    bool cursor;
    const char *control;
} options = { .way = FLIP, .every = 30, .heads = 1, .hold_after = NEVER };

static struct head heads[MAX_HEADS];
static int head_count;
static unsigned frame;              // the number of the picture on show
static unsigned hold_at;            // wait for an order once this frame shows

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static bool parse(int count, char **arguments) {
    static const char *const ways[] = { "flip", "dirty", "still", "mode" };
    for (int i = 1; i < count; i++) {
        const char *argument = arguments[i];
        bool known = false;
        for (int way = 0; way < 4; way++)
            if (!strcmp(argument, ways[way])) { options.way = (enum way)way; known = true; }
        if (!strncmp(argument, "control=", 8)) { options.control = argument + 8; known = true; }
        if (!strcmp(argument, "cursor=on")) options.cursor = known = true;
        if (!strcmp(argument, "cursor=off")) known = true;
        known = known || sscanf(argument, "frames=%u", &options.frames) == 1 || sscanf(argument, "fps=%lf", &options.fps) == 1
            || sscanf(argument, "heads=%d", &options.heads) == 1 || sscanf(argument, "every=%u", &options.every) == 1
            || sscanf(argument, "hold-after=%u", &options.hold_after) == 1
            || sscanf(argument, "size=%dx%d", &options.width, &options.height) == 2;
        if (!known) { fprintf(stderr, "vdmabuf-draw: unknown argument %s\n", argument); return false; }
    }
    if (options.heads < 1 || options.heads > MAX_HEADS || options.every < 1) {
        fprintf(stderr, "vdmabuf-draw: heads must be 1 to %d and every at least 1\n", MAX_HEADS);
        return false;
    }
    return true;
}

static int find_mode(const struct head *head, int width, int height) {
    for (int i = 0; i < head->mode_count; i++)
        if (head->modes[i].width == width && head->modes[i].height == height) return i;
    return -1;
}

// New buffers in another mode; the old ones are freed after the new mode shows, as a display server does it.
static int set_mode(struct head *head, int mode) {
    struct head old = *head;
    if (kms_allocate(head, mode)) return -1;
    for (int i = 0; i < 2; i++) picture_draw_all(&head->buffers[i], frame, head->index);
    if (kms_show(head)) return -1;
    kms_free(&old);
    return 0;
}

static int next_mode(struct head *head) {
    for (int step = 1; step <= head->mode_count; step++) {
        int mode = (head->mode + step) % head->mode_count;
        const struct drm_mode *candidate = &head->modes[mode];
        // The strip needs 640 pixels; larger modes only cost time where the processor is emulated.
        bool fits = candidate->width >= 640 && candidate->height >= 400 && candidate->width <= 1920 && candidate->height <= 1200;
        bool other = candidate->width != head->modes[head->mode].width || candidate->height != head->modes[head->mode].height;
        if (fits && other) return set_mode(head, mode);
    }
    fprintf(stderr, "vdmabuf-draw: head %d has no second mode to change to\n", head->index);
    return -1;
}

static int draw_frame(void) {
    frame++;
    for (int i = 0; i < head_count; i++) {
        struct head *head = &heads[i];
        struct rect changed[3];
        if (!head->on) continue;
        if (options.way == MODE && frame % options.every == 0) {
            if (next_mode(head)) return -1;
        } else if (options.way == DIRTY) {
            int count = picture_draw_next(&head->buffers[head->shown], frame, i, changed);
            if (kms_dirty(head, changed, count)) return -1;
        } else {
            int back = 1 - head->shown;
            picture_draw_next(&head->buffers[back], frame, i, changed);
            if (kms_flip(head, back)) return -1;
        }
    }
    return 0;
}

static int order_mode(int width, int height) {
    frame++;
    for (int i = 0; i < head_count; i++) {
        int mode = find_mode(&heads[i], width, height);
        if (mode < 0) { control_say("error: head %d has no mode %dx%d", i, width, height); continue; }
        if (set_mode(&heads[i], mode)) return -1;
        if (kms_settle()) return -1;
        control_say("mode %dx%d head=%d frame=%u", width, height, i, frame);
    }
    return 0;
}

static int say_held(void) {
    if (kms_settle()) return -1;
    control_say("held frame=%u", frame);
    return 0;
}

// Returns 1 for quit, -1 for a failure of the device.
static int obey(const char *order) {
    int x, y, index;
    unsigned count;
    if (!strcmp(order, "quit")) return 1;
    if (!strcmp(order, "hold")) { hold_at = frame; return say_held(); }
    if (!strcmp(order, "go")) { hold_at = NEVER; return 0; }
    if (sscanf(order, "go %u", &count) == 1) { hold_at = frame + count; return 0; }
    if (sscanf(order, "mode %dx%d", &x, &y) == 2) return order_mode(x, y);
    if (sscanf(order, "off %d", &index) == 1 && index >= 0 && index < head_count) {
        int result = kms_off(&heads[index]) || kms_settle() ? -1 : 0;
        control_say("off %d", index);
        return result;
    }
    if (sscanf(order, "on %d", &index) == 1 && index >= 0 && index < head_count) {
        int result = kms_show(&heads[index]) || kms_settle() ? -1 : 0;
        control_say("on %d", index);
        return result;
    }
    if (!strcmp(order, "cursor on") || !strcmp(order, "cursor off")) {
        int result = kms_cursor_show(&heads[0], !strcmp(order, "cursor on"));
        control_say("cursor");
        return result;
    }
    if (sscanf(order, "cursor %d %d", &x, &y) == 2) {
        int result = kms_cursor_move(&heads[0], x, y);
        control_say("cursor");
        return result;
    }
    control_say("error: unknown order %s", order);
    return 0;
}

static int run(void) {
    double begin = now();
    unsigned drawn_since = frame;
    char order[128];
    while (options.frames == 0 || frame < options.frames) {
        bool holding = options.way == STILL || frame >= hold_at;
        while (control_next(order, sizeof order, holding ? 1000 : 0)) {
            int result = obey(order);
            if (result < 0) return -1;
            if (result > 0) goto done;
            holding = options.way == STILL || frame >= hold_at;
            if (!holding) { begin = now(); drawn_since = frame; break; }
        }
        if (holding) continue;
        if (draw_frame()) return -1;
        if (hold_at == frame && say_held()) return -1;
        double ahead = options.fps > 0 ? begin + (frame - drawn_since) / options.fps - now() : 0;
        if (ahead > 0) usleep((unsigned)(ahead * 1e6));
    }
done:
    control_say("done frames=%u fps=%.1f", frame, (frame - drawn_since) / (now() - begin));
    return 0;
}

int main(int count, char **arguments) {
    if (!parse(count, arguments)) return 2;
    control_open(options.control);
    head_count = kms_open(heads, options.heads);
    if (head_count <= 0) { fprintf(stderr, "vdmabuf-draw: no connected head\n"); return 1; }
    for (int i = 0; i < head_count; i++) {
        int mode = options.width ? find_mode(&heads[i], options.width, options.height) : 0;
        if (mode < 0) { fprintf(stderr, "vdmabuf-draw: head %d has no mode %dx%d\n", i, options.width, options.height); mode = 0; }
        if (set_mode(&heads[i], mode)) return 1;
    }
    if (options.cursor && (kms_cursor_show(&heads[0], true) || kms_cursor_move(&heads[0], 100, 100))) return 1;
    control_say("ready driver=%s heads=%d size=%ux%u", kms_driver(), head_count, heads[0].buffers[0].width, heads[0].buffers[0].height);
    hold_at = options.hold_after;
    if (hold_at == 0 && say_held()) return 1;
    return run() ? 1 : 0;
}
