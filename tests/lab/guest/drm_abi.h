// The part of the kernel's mode-setting interface that the drawing guest needs: numbers and layouts of the ioctls on /dev/dri/cardN.
//
// It stands here because Debian ships <drm/drm_mode.h> only with libdrm-dev, whose version must match libdrm's; the interface
// itself is frozen, so the few structures below cost less than that dependency.
#pragma once
#include <stddef.h>
#include <stdint.h>
#include <sys/ioctl.h>

#define DRM_IO(nr, type) _IOWR('d', nr, type)

struct drm_version {
    int major, minor, patch;
    size_t name_len; char *name;
    size_t date_len; char *date;
    size_t desc_len; char *desc;
};

struct drm_mode {
    uint32_t clock;
    uint16_t width, hsync_start, hsync_end, htotal, hskew;
    uint16_t height, vsync_start, vsync_end, vtotal, vscan;
    uint32_t refresh, flags, type;
    char name[32];
};

struct drm_resources {
    uint64_t fbs, crtcs, connectors, encoders;
    uint32_t count_fbs, count_crtcs, count_connectors, count_encoders;
    uint32_t min_width, max_width, min_height, max_height;
};

struct drm_connector {
    uint64_t encoders, modes, props, prop_values;
    uint32_t count_modes, count_props, count_encoders;
    uint32_t encoder_id, connector_id, type, type_id;
    uint32_t connection, mm_width, mm_height, subpixel, pad;
};

struct drm_encoder {
    uint32_t encoder_id, type, crtc_id, possible_crtcs, possible_clones;
};

struct drm_crtc {
    uint64_t connectors;
    uint32_t count_connectors, crtc_id, fb_id, x, y, gamma_size, mode_valid;
    struct drm_mode mode;
};

struct drm_framebuffer {
    uint32_t fb_id, width, height, fourcc, flags;
    uint32_t handles[4], pitches[4], offsets[4];
    uint64_t modifiers[4];
};

struct drm_clip { uint16_t x1, y1, x2, y2; };

struct drm_dirty {
    uint32_t fb_id, flags, color, num_clips;
    uint64_t clips;
};

struct drm_page_flip {
    uint32_t crtc_id, fb_id, flags, reserved;
    uint64_t user_data;
};

struct drm_cursor {
    uint32_t flags, crtc_id;
    int32_t x, y;
    uint32_t width, height, handle;
    int32_t hot_x, hot_y;
};

struct drm_create_dumb {
    uint32_t height, width, bpp, flags, handle, pitch;
    uint64_t size;
};

struct drm_map_dumb { uint32_t handle, pad; uint64_t offset; };
struct drm_destroy_dumb { uint32_t handle; };

// virtio-gpu's own: a resource made by the host, and the wait until the host has made it.
struct virtgpu_create {
    uint32_t target, format, bind, width, height, depth, array_size, last_level, samples, flags, handle, resource, size, stride;
};
struct virtgpu_wait { uint32_t handle, flags; };
struct drm_gem_close { uint32_t handle, pad; };

struct drm_flip_event {
    uint32_t type, length;
    uint64_t user_data;
    uint32_t sec, usec, sequence, crtc_id;
};

_Static_assert(sizeof(struct drm_mode) == 68, "drm_mode_modeinfo");
_Static_assert(sizeof(struct drm_resources) == 64, "drm_mode_card_res");
_Static_assert(sizeof(struct drm_connector) == 80, "drm_mode_get_connector");
_Static_assert(sizeof(struct drm_crtc) == 104, "drm_mode_crtc");
_Static_assert(sizeof(struct drm_framebuffer) == 104, "drm_mode_fb_cmd2");
_Static_assert(sizeof(struct drm_cursor) == 36, "drm_mode_cursor2");
_Static_assert(sizeof(struct drm_flip_event) == 32, "drm_event_vblank");

#define DRM_VERSION DRM_IO(0x00, struct drm_version)
#define DRM_GET_RESOURCES DRM_IO(0xA0, struct drm_resources)
#define DRM_SET_CRTC DRM_IO(0xA2, struct drm_crtc)
#define DRM_GET_ENCODER DRM_IO(0xA6, struct drm_encoder)
#define DRM_GET_CONNECTOR DRM_IO(0xA7, struct drm_connector)
#define DRM_REMOVE_FB DRM_IO(0xAF, uint32_t)
#define DRM_PAGE_FLIP DRM_IO(0xB0, struct drm_page_flip)
#define DRM_DIRTY DRM_IO(0xB1, struct drm_dirty)
#define DRM_CREATE_DUMB DRM_IO(0xB2, struct drm_create_dumb)
#define DRM_MAP_DUMB DRM_IO(0xB3, struct drm_map_dumb)
#define DRM_DESTROY_DUMB DRM_IO(0xB4, struct drm_destroy_dumb)
#define DRM_ADD_FB2 DRM_IO(0xB8, struct drm_framebuffer)
#define DRM_CURSOR2 DRM_IO(0xBB, struct drm_cursor)
#define DRM_GEM_CLOSE _IOW('d', 0x09, struct drm_gem_close)
#define VIRTGPU_CREATE DRM_IO(0x44, struct virtgpu_create)
#define VIRTGPU_WAIT DRM_IO(0x48, struct virtgpu_wait)

#define DRM_CONNECTED 1
#define DRM_PAGE_FLIP_EVENT 1
#define DRM_CURSOR_BO 1
#define DRM_CURSOR_MOVE 2
#define FOURCC_XR24 0x34325258u
