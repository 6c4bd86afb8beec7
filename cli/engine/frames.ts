import type { Readable } from "node:stream";

const headerBytes = 8;

/**
 * The texts that a container wrote, out of the engine's multiplexed stream:
 * frames of one byte for the channel, three of nothing, four of length, then the text.
 */
export async function* frames(stream: Readable): AsyncGenerator<string> {
  let rest = Buffer.alloc(0);
  for await (const chunk of stream) {
    rest = Buffer.concat([rest, chunk as Buffer]);
    while (rest.length >= headerBytes) {
      const end = headerBytes + rest.readUInt32BE(4);
      if (rest.length < end) break;
      yield rest.subarray(headerBytes, end).toString("utf8");
      rest = rest.subarray(end);
    }
  }
}

/** Whole lines out of pieces of text. */
export async function* lines(pieces: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = "";
  for await (const piece of pieces) {
    const parts = (rest + piece).split("\n");
    rest = parts.pop() ?? "";
    yield* parts.map((line) => line.replace(/\r$/, ""));
  }
  if (rest !== "") yield rest;
}
