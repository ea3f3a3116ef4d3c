// What the guest draws, so that a reader of the pixels knows which frame of which head it sees.
//
// Background  red runs from 0 at the left to 255 at the right, green from 0 at the top to 255 at the bottom, blue is 64 + 48 * head.
// Square      64x64 at ((8n) mod (width - 64), 32 + (4n) mod (height - 96)); white in odd frames, blue (0,0,255) in even ones.
// Strip       40 squares of 16x16 pixels in one row from the top left corner (640 pixels), black (0) or white (1):
//               0..3    the marker 1 0 1 1
//               4..31   the frame number n, 28 bits, lowest bit first
//               32..35  the head's index, 4 bits, lowest bit first
//               36..39  the check: the exclusive or of the eight 4-bit groups before it (number and head) and of 0101, lowest bit first
//
// The unused byte of each XRGB pixel is 0 everywhere: whoever takes it for alpha shows nothing.
#pragma once
#include "kms.h"

#define STRIP_SQUARE 16
#define STRIP_SQUARES 40

void picture_draw_all(struct buffer *buffer, uint32_t frame, int head);

// Draws frame `frame` over what the buffer holds. Writes the rectangles that changed (at most 3) and returns how many.
int picture_draw_next(struct buffer *buffer, uint32_t frame, int head, struct rect changed[3]);
