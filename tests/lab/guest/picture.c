#include "picture.h"

static void background(struct buffer *buffer, struct rect area, int head) {
    uint32_t blue = (64u + 48u * (uint32_t)head) & 0xff;
    for (int y = area.y; y < area.y + area.height; y++) {
        uint32_t *row = buffer->pixels + (uint64_t)y * (buffer->pitch / 4);
        uint32_t green = (uint32_t)y * 255 / (buffer->height - 1);
        for (int x = area.x; x < area.x + area.width; x++)
            row[x] = ((uint32_t)x * 255 / (buffer->width - 1)) << 16 | green << 8 | blue;
    }
}

static void fill(struct buffer *buffer, struct rect area, uint32_t colour) {
    for (int y = area.y; y < area.y + area.height && y < (int)buffer->height; y++)
        for (int x = area.x; x < area.x + area.width && x < (int)buffer->width; x++)
            buffer->pixels[(uint64_t)y * (buffer->pitch / 4) + x] = colour;
}

static void strip(struct buffer *buffer, uint32_t frame, int head) {
    uint32_t word = (frame & 0x0fffffff) | (uint32_t)head << 28;
    uint32_t check = 5;
    for (int shift = 0; shift < 32; shift += 4) check ^= word >> shift & 15;
    uint64_t bits = 0xd | (uint64_t)word << 4 | (uint64_t)check << 36;      // 0xd: 1 0 1 1, lowest bit first
    for (int i = 0; i < STRIP_SQUARES; i++)
        fill(buffer, (struct rect) { i * STRIP_SQUARE, 0, STRIP_SQUARE, STRIP_SQUARE }, bits >> i & 1 ? 0xffffff : 0);
}

static void square(struct buffer *buffer, uint32_t frame) {
    buffer->square = (struct rect) { (int)(frame * 8ull % (buffer->width - 64)), 32 + (int)(frame * 4ull % (buffer->height - 96)), 64, 64 };
    fill(buffer, buffer->square, frame & 1 ? 0xffffff : 0x0000ff);
}

void picture_draw_all(struct buffer *buffer, uint32_t frame, int head) {
    background(buffer, (struct rect) { 0, 0, (int)buffer->width, (int)buffer->height }, head);
    square(buffer, frame);
    strip(buffer, frame, head);
}

int picture_draw_next(struct buffer *buffer, uint32_t frame, int head, struct rect changed[3]) {
    changed[0] = buffer->square;
    background(buffer, buffer->square, head);
    square(buffer, frame);
    changed[1] = buffer->square;
    strip(buffer, frame, head);
    changed[2] = (struct rect) { 0, 0, STRIP_SQUARE * STRIP_SQUARES, STRIP_SQUARE };
    return 3;
}
