import { brotliCompressSync, brotliDecompressSync, constants, gunzipSync } from 'node:zlib';
import { gzip } from 'pako';

/** A program as a script body carries it: compressed, in lines of base64. */
export interface Payload {
  readonly compression: Compression;
  readonly lines: string;
}

/** gzip for what reviewers read with the tools of any system, brotli where the size decides. */
export type Compression = 'gzip' | 'brotli';

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
  const kept = earlier !== undefined && programIn(earlier)?.equals(program) ? linesIn(earlier) : undefined;
  return { compression: 'brotli', lines: kept ?? toLines(brotliCompressSync(program, tightly(program))) };
}

/** The program that a script body carries; undefined when there is none that can be read. */
export function programIn(body: string): Buffer | undefined {
  const bytes = Buffer.from(linesIn(body) ?? '', 'base64');
  try {
    return bytes.readUInt16BE() === magicOfGzip ? gunzipSync(bytes) : brotliDecompressSync(bytes);
  } catch {
    return undefined;
  }
}

/** A script body before and after the lines of its program. */
export function splitAtProgram(body: string): readonly [before: string, after: string] {
  const lines = linesIn(body) ?? '';
  const start = body.indexOf(lines);
  return [body.slice(0, start), body.slice(start + lines.length)];
}

const magicOfGzip = 0x1f8b;

function linesIn(body: string): string | undefined {
  return new RegExp(`<<'${endOfProgram}'.*\n([^]*?)\n${endOfProgram}\n`).exec(body)?.[1];
}

function toLines(bytes: Uint8Array): string {
  return Buffer.from(bytes)
    .toString('base64')
    .replace(/.{76}(?=.)/g, '$&\n');
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
