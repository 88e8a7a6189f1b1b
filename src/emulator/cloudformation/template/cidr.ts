import { isIP } from 'node:net';

/**
 * The first blocks into which Fn::Cidr divides a block.
 * @param bits the bits of each block's subnet mask that are not set, as Fn::Cidr counts them; 8 by default for IPv4
 * @returns undefined if the block is not valid or too small
 */
export function splitCidr(block: string, count: number, bits: number | undefined): string[] | undefined {
  const [address = '', prefix = ''] = block.split('/');
  const version = isIP(address);
  if (version === 0 || !/^\d+$/.test(prefix)) return undefined;
  const width = version === 4 ? 32 : 128;
  const host = bits ?? (version === 4 ? 8 : 64);
  const length = width - host;
  const fits = Number.isInteger(host) && host > 0 && length >= Number(prefix) && length <= width;
  if (!fits || !Number.isInteger(count) || count < 1 || count > 256) return undefined;
  if (BigInt(count) > 2n ** BigInt(length - Number(prefix))) return undefined;
  const mask = (2n ** BigInt(width) - 1n) ^ (2n ** BigInt(width - Number(prefix)) - 1n);
  const start = toNumber(address, version) & mask;
  return Array.from({ length: count }, (_, index) => {
    return `${toAddress(start + BigInt(index) * 2n ** BigInt(host), version)}/${length}`;
  });
}

function toNumber(address: string, version: number): bigint {
  if (version === 4) return address.split('.').reduce((sum, part) => sum * 256n + BigInt(part), 0n);
  const [head = '', tail] = address.split('::');
  const first = head === '' ? [] : head.split(':');
  const last = tail === undefined || tail === '' ? [] : tail.split(':');
  const groups = [...first, ...Array<string>(8 - first.length - last.length).fill('0'), ...last];
  return groups.reduce((sum, group) => sum * 65536n + BigInt(`0x${group}`), 0n);
}

function toAddress(value: bigint, version: number): string {
  const size = version === 4 ? 8n : 16n;
  const parts = Array.from({ length: version === 4 ? 4 : 8 }, (_, index) => {
    return (value >> (size * BigInt((version === 4 ? 3 : 7) - index))) & (2n ** size - 1n);
  });
  if (version === 4) return parts.join('.');
  return parts
    .map((part) => part.toString(16))
    .join(':')
    .replace(/(^|:)0(:0)+(:|$)/, '::');
}
