import { brotliCompressSync, brotliDecompressSync, constants, gunzipSync } from 'node:zlib';
import { gzip } from 'pako';

/** A program as a script body carries it: compressed, in lines of base64. */
export interface Payload {
  readonly compression: Compression;
  readonly lines: string;
}

/** gzip for what reviewers read with the tools of any system, brotli where the size decides. */
export type Compression = 'gzip' | 'brotli';

/** What unpacks a program, as a member of `node:zlib`. */
export const unpackingCall = { gzip: 'gunzipSync', brotli: 'brotliDecompressSync' } as const satisfies Record<
  Compression,
  string
>;

/** Marks both ends of the program in a script body. */
export const endOfProgram = 'ECS_CANARY_PROGRAM';

/** Packs a program with gzip in JavaScript: the bytes are the same with every Node.js, as those of its own zlib are not. */
export function packProgram(program: Uint8Array): Payload {
  return { compression: 'gzip', lines: toLines(gzip(program, { level: 9 })) };
}

/**
 * Packs a program with brotli, which takes seconds.
 * @param earlier a body whose payload stays as it is while it holds the same program: brotli's bytes differ between versions of Node.js
 */
export function packTightly(program: Uint8Array, earlier?: string): Payload {
  const kept = earlier !== undefined && programIn(earlier)?.equals(program) ? splitBody(earlier)?.payload : undefined;
  return { compression: 'brotli', lines: kept ?? toLines(brotliCompressSync(program, tightly(program))) };
}

/** The program that a script body carries; undefined when there is none that can be read. */
export function programIn(body: string): Buffer | undefined {
  const { payload = '', after = '' } = splitBody(body) ?? {};
  try {
    // As the body itself does it: the same bytes can be both, with another program in each.
    const unpack = after.includes(unpackingCall.brotli) ? brotliDecompressSync : gunzipSync;
    return unpack(Buffer.from(payload, 'base64'), { maxOutputLength: largestProgram });
  } catch {
    return undefined;
  }
}

/** A script body in parts: its program as it is packed, and the script before and after. */
export interface BodyParts {
  readonly before: string;
  readonly payload: string;
  readonly after: string;
}

/** The parts of a script body; undefined when it carries no packed program. */
export function splitBody(body: string): BodyParts | undefined {
  const [, before, payload, after] = bodyParts.exec(body) ?? [];
  if (before === undefined || payload === undefined || after === undefined) return undefined;
  return { before, payload, after };
}

// Only digits of base64 count as the program, so that no line of script can pass for a part of it.
const bodyParts = new RegExp(`^([^]*?<<'${endOfProgram}'.*\n)([A-Za-z0-9+/=\n]*?)(\n${endOfProgram}\n[^]*)$`);

// A few bytes can unpack to gigabytes, and a body to verify may come from anybody.
const largestProgram = 1 << 26;

// In JSON, a line end takes two bytes, so the lines are long.
function toLines(bytes: Uint8Array): string {
  return Buffer.from(bytes)
    .toString('base64')
    .replace(/.{1520}(?=.)/g, '$&\n');
}

function tightly({ length }: Uint8Array) {
  return {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
      [constants.BROTLI_PARAM_SIZE_HINT]: length,
    },
  };
}
