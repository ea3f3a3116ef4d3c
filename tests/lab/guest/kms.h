// A head: one connector with its CRTC and two dumb buffers, driven through /dev/dri/card0 without libdrm.
#pragma once
#include "drm_abi.h"
#include <stdbool.h>

#define MAX_HEADS 8
#define MAX_MODES 64

struct rect { int x, y, width, height; };

// A dumb buffer, XRGB8888, mapped for writing. `square` is where the moving square was drawn last, so that it can be taken back.
struct buffer {
    uint32_t handle, fb_id, pitch, width, height;
    uint64_t size;
    uint32_t *pixels;
    struct rect square;
};

struct head {
    int index;
    uint32_t connector_id, crtc_id;
    struct drm_mode modes[MAX_MODES];
    int mode_count, mode;               // mode: index into modes
    struct buffer buffers[2];
    int shown;                          // which buffer the CRTC scans out
    bool on;
};

// Opens the card and fills up to `wanted` heads; returns how many are connected, or -1 with the reason on stderr.
int kms_open(struct head *heads, int wanted);
const char *kms_driver(void);

// Allocates buffers for heads[].modes[mode]; the caller draws and then calls kms_show.
int kms_allocate(struct head *head, int mode);
void kms_free(struct head *head);

int kms_show(struct head *head);        // sets the mode with buffer `shown`
int kms_off(struct head *head);         // switches the head off, its buffers stay
int kms_flip(struct head *head, int buffer);    // queues a flip and waits until the device has done it
int kms_dirty(struct head *head, const struct rect *rects, int count);

// Waits until the host has done everything queued so far. A flip event of virtio-gpu says only that the commands are queued.
int kms_settle(void);

// A cursor of 64x64 (upper left triangle in opaque red, the rest transparent); shown or hidden, and moved.
int kms_cursor_show(struct head *head, bool visible);
int kms_cursor_move(struct head *head, int x, int y);
