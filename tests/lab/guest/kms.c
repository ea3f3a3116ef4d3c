#include "kms.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static int card = -1;
static char driver[64];
static uint32_t cursor_handle;

static int failed(const char *what) {
    fprintf(stderr, "vdmabuf-draw: %s: %s\n", what, strerror(errno));
    return -1;
}

const char *kms_driver(void) { return driver; }

// The first CRTC that an encoder of this connector can use and that no other head has taken.
static uint32_t pick_crtc(const uint32_t *encoders, uint32_t encoder_count, const uint32_t *crtcs, uint32_t crtc_count, uint32_t *taken) {
    for (uint32_t i = 0; i < encoder_count; i++) {
        struct drm_encoder encoder = { .encoder_id = encoders[i] };
        if (ioctl(card, DRM_GET_ENCODER, &encoder)) continue;
        for (uint32_t c = 0; c < crtc_count && c < 32; c++)
            if ((encoder.possible_crtcs & ~*taken) & (1u << c)) {
                *taken |= 1u << c;
                return crtcs[c];
            }
    }
    return 0;
}

int kms_open(struct head *heads, int wanted) {
    card = open("/dev/dri/card0", O_RDWR | O_CLOEXEC);
    if (card < 0) return failed("/dev/dri/card0");
    struct drm_version version = { .name = driver, .name_len = sizeof driver - 1 };
    if (ioctl(card, DRM_VERSION, &version)) return failed("DRM_VERSION");

    uint32_t crtcs[32], connectors[32];
    struct drm_resources resources = {
        .crtcs = (uintptr_t)crtcs, .count_crtcs = 32, .connectors = (uintptr_t)connectors, .count_connectors = 32,
    };
    if (ioctl(card, DRM_GET_RESOURCES, &resources)) return failed("DRM_GET_RESOURCES");

    uint32_t taken = 0;
    int count = 0;
    for (uint32_t i = 0; i < resources.count_connectors && i < 32 && count < wanted; i++) {
        struct head *head = &heads[count];
        uint32_t encoders[8];
        memset(head, 0, sizeof *head);
        // Asked with no room for modes first: that call makes the kernel probe the connector.
        struct drm_connector connector = { .connector_id = connectors[i] };
        if (ioctl(card, DRM_GET_CONNECTOR, &connector)) return failed("DRM_GET_CONNECTOR");
        if (connector.connection != DRM_CONNECTED || connector.count_modes == 0) continue;
        connector = (struct drm_connector) {
            .connector_id = connectors[i], .modes = (uintptr_t)head->modes, .count_modes = MAX_MODES,
            .encoders = (uintptr_t)encoders, .count_encoders = 8,
        };
        if (ioctl(card, DRM_GET_CONNECTOR, &connector)) return failed("DRM_GET_CONNECTOR");
        head->index = count;
        head->connector_id = connectors[i];
        head->mode_count = connector.count_modes < MAX_MODES ? (int)connector.count_modes : MAX_MODES;
        head->crtc_id = pick_crtc(encoders, connector.count_encoders < 8 ? connector.count_encoders : 8, crtcs, resources.count_crtcs, &taken);
        if (head->crtc_id == 0) continue;
        count++;
    }
    return count;
}

static int allocate(struct buffer *buffer, uint32_t width, uint32_t height) {
    struct drm_create_dumb create = { .width = width, .height = height, .bpp = 32 };
    if (ioctl(card, DRM_CREATE_DUMB, &create)) return failed("DRM_CREATE_DUMB");
    struct drm_framebuffer framebuffer = {
        .width = width, .height = height, .fourcc = FOURCC_XR24, .handles = { create.handle }, .pitches = { create.pitch },
    };
    if (ioctl(card, DRM_ADD_FB2, &framebuffer)) return failed("DRM_ADD_FB2");
    struct drm_map_dumb map = { .handle = create.handle };
    if (ioctl(card, DRM_MAP_DUMB, &map)) return failed("DRM_MAP_DUMB");
    void *pixels = mmap(NULL, create.size, PROT_READ | PROT_WRITE, MAP_SHARED, card, (off_t)map.offset);
    if (pixels == MAP_FAILED) return failed("mmap of a dumb buffer");
    *buffer = (struct buffer) {
        .handle = create.handle, .fb_id = framebuffer.fb_id, .pitch = create.pitch,
        .width = width, .height = height, .size = create.size, .pixels = pixels,
    };
    return 0;
}

int kms_allocate(struct head *head, int mode) {
    head->mode = mode;
    head->shown = 0;
    for (int i = 0; i < 2; i++)
        if (allocate(&head->buffers[i], head->modes[mode].width, head->modes[mode].height)) return -1;
    return 0;
}

void kms_free(struct head *head) {
    for (int i = 0; i < 2; i++) {
        struct buffer *buffer = &head->buffers[i];
        if (!buffer->pixels) continue;
        munmap(buffer->pixels, buffer->size);
        ioctl(card, DRM_REMOVE_FB, &buffer->fb_id);
        ioctl(card, DRM_DESTROY_DUMB, &(struct drm_destroy_dumb) { buffer->handle });
        memset(buffer, 0, sizeof *buffer);
    }
}

int kms_show(struct head *head) {
    struct drm_crtc crtc = {
        .crtc_id = head->crtc_id, .fb_id = head->buffers[head->shown].fb_id, .connectors = (uintptr_t)&head->connector_id,
        .count_connectors = 1, .mode = head->modes[head->mode], .mode_valid = 1,
    };
    if (ioctl(card, DRM_SET_CRTC, &crtc)) return failed("DRM_SET_CRTC");
    head->on = true;
    return 0;
}

int kms_off(struct head *head) {
    struct drm_crtc crtc = { .crtc_id = head->crtc_id };
    if (ioctl(card, DRM_SET_CRTC, &crtc)) return failed("DRM_SET_CRTC off");
    head->on = false;
    return 0;
}

int kms_flip(struct head *head, int buffer) {
    struct drm_page_flip flip = { .crtc_id = head->crtc_id, .fb_id = head->buffers[buffer].fb_id, .flags = DRM_PAGE_FLIP_EVENT };
    while (ioctl(card, DRM_PAGE_FLIP, &flip)) {
        if (errno != EBUSY) return failed("DRM_PAGE_FLIP");
        usleep(500);
    }
    struct drm_flip_event event;
    struct pollfd pollfd = { .fd = card, .events = POLLIN };
    if (poll(&pollfd, 1, 5000) <= 0) { errno = ETIMEDOUT; return failed("waiting for the flip"); }
    if (read(card, &event, sizeof event) < 0) return failed("reading the flip event");
    head->shown = buffer;
    return 0;
}

int kms_dirty(struct head *head, const struct rect *rects, int count) {
    struct drm_clip clips[8];
    for (int i = 0; i < count && i < 8; i++)
        clips[i] = (struct drm_clip) { rects[i].x, rects[i].y, rects[i].x + rects[i].width, rects[i].y + rects[i].height };
    struct drm_dirty dirty = { .fb_id = head->buffers[head->shown].fb_id, .clips = (uintptr_t)clips, .num_clips = count };
    return ioctl(card, DRM_DIRTY, &dirty) ? failed("DRM_DIRTY") : 0;
}

int kms_settle(void) {
    if (strcmp(driver, "virtio_gpu")) return 0;     // other drivers write the picture themselves, before the ioctl returns
    // The one queue is served in order, so a small resource whose creation carries a fence marks the end of what came before.
    struct virtgpu_create create = { .target = 2, .format = 2, .bind = 2, .width = 16, .height = 16, .depth = 1, .array_size = 1 };
    if (ioctl(card, VIRTGPU_CREATE, &create)) return failed("VIRTGPU_CREATE");
    if (ioctl(card, VIRTGPU_WAIT, &(struct virtgpu_wait) { .handle = create.handle })) return failed("VIRTGPU_WAIT");
    return ioctl(card, DRM_GEM_CLOSE, &(struct drm_gem_close) { .handle = create.handle }) ? failed("DRM_GEM_CLOSE") : 0;
}

static int make_cursor(void) {
    struct drm_create_dumb create = { .width = 64, .height = 64, .bpp = 32 };
    if (ioctl(card, DRM_CREATE_DUMB, &create)) return failed("DRM_CREATE_DUMB for the cursor");
    struct drm_map_dumb map = { .handle = create.handle };
    if (ioctl(card, DRM_MAP_DUMB, &map)) return failed("DRM_MAP_DUMB for the cursor");
    uint32_t *pixels = mmap(NULL, create.size, PROT_READ | PROT_WRITE, MAP_SHARED, card, (off_t)map.offset);
    if (pixels == MAP_FAILED) return failed("mmap of the cursor");
    for (int y = 0; y < 64; y++)
        for (int x = 0; x < 64; x++) pixels[y * 64 + x] = x + y < 64 ? 0xffff0000 : 0;
    munmap(pixels, create.size);
    cursor_handle = create.handle;
    return 0;
}

int kms_cursor_show(struct head *head, bool visible) {
    if (visible && !cursor_handle && make_cursor()) return -1;
    struct drm_cursor cursor = {
        .flags = DRM_CURSOR_BO, .crtc_id = head->crtc_id, .width = visible ? 64 : 0, .height = visible ? 64 : 0,
        .handle = visible ? cursor_handle : 0,
    };
    return ioctl(card, DRM_CURSOR2, &cursor) ? failed("DRM_CURSOR2") : 0;
}

int kms_cursor_move(struct head *head, int x, int y) {
    struct drm_cursor cursor = { .flags = DRM_CURSOR_MOVE, .crtc_id = head->crtc_id, .x = x, .y = y };
    return ioctl(card, DRM_CURSOR2, &cursor) ? failed("DRM_CURSOR2 move") : 0;
}
