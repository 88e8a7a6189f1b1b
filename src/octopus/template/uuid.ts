import { createHash } from 'node:crypto';

// Drawn once at random; every id in the published JSON derives from it, so it must never change.
const namespace = 'd9cf51e5-4404-48eb-9440-22a204966b3c';

/** The UUID (version 5, RFC 9562) that a name has in this project: the same name always gives the same id. */
export function uuidOf(name: string): string {
  return uuidV5(namespace, name);
}

/** The UUID version 5 of a name under any namespace. */
export function uuidV5(space: string, name: string): string {
  const hash = createHash('sha1')
    .update(Buffer.from(space.replaceAll('-', ''), 'hex'))
    .update(name, 'utf8')
    .digest();
  hash.writeUInt8((hash.readUInt8(6) & 0x0f) | 0x50, 6);
  hash.writeUInt8((hash.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = hash.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
}
