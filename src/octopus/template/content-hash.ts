import { createHash } from 'node:crypto';

/** The SHA-256 of a content, in hexadecimal digits. */
export function hashOf(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** The part of a program's hash that logs and descriptions show: enough to find it in the list of releases. */
export function shortHashOf(program: Uint8Array): string {
  return hashOf(program).slice(0, 12);
}
