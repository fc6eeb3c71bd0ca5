/** IPv4 networks that are no place on the public internet: our own, this host's, the cloud's metadata, reserved ones. */
const PRIVATE_V4: readonly (readonly [network: readonly number[], bits: number])[] = [
  [[0, 0, 0, 0], 8],
  [[10, 0, 0, 0], 8],
  [[100, 64, 0, 0], 10],
  [[127, 0, 0, 0], 8],
  [[169, 254, 0, 0], 16],
  [[172, 16, 0, 0], 12],
  [[192, 0, 0, 0], 24],
  [[192, 0, 2, 0], 24],
  [[192, 88, 99, 0], 24],
  [[192, 168, 0, 0], 16],
  [[198, 18, 0, 0], 15],
  [[198, 51, 100, 0], 24],
  [[203, 0, 113, 0], 24],
  [[224, 0, 0, 0], 3],
];

/**
 * Whether the text is an IP address, in brackets or not, that is no public one. Of IPv6 only global unicast is public,
 * without the ranges that stand for IPv4 addresses or for documentation. A host name is none: its addresses are to be
 * asked about once they are known.
 */
export function isPrivateAddress(text: string): boolean {
  const bare = text.replace(/^\[(.*)\]$/, '$1').replace(/%.*$/, '');
  const v4 = parseV4(bare);
  if (v4 !== undefined) return isPrivateV4(v4);
  const v6 = parseV6(bare);
  return v6 !== undefined && isPrivateV6(v6);
}

function isPrivateV4(address: readonly number[]): boolean {
  const value = toNumber(address);
  return PRIVATE_V4.some(([network, bits]) => {
    const size = 2 ** (32 - bits);
    return Math.floor(value / size) === Math.floor(toNumber(network) / size);
  });
}

function isPrivateV6(groups: readonly number[]): boolean {
  const [first = 0, second = 0] = groups;
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  if (isMapped) {
    return isPrivateV4(groups.slice(6).flatMap((group) => [group >> 8, group & 0xff]));
  }
  const isGlobal = first >= 0x2000 && first <= 0x3fff;
  const isSixToFour = first === 0x2002;
  const isProtocolAssignment = first === 0x2001 && second < 0x200;
  const isDocumentation = (first === 0x2001 && second === 0xdb8) || (first === 0x3fff && second < 0x1000);
  return !isGlobal || isSixToFour || isProtocolAssignment || isDocumentation;
}

function parseV4(text: string): number[] | undefined {
  if (!/^\d{1,3}(\.\d{1,3}){3}$/.test(text)) return undefined;
  const bytes = text.split('.').map(Number);
  return bytes.every((byte) => byte <= 255) ? bytes : undefined;
}

/** Eight groups; the last two may be written as an IPv4 address. */
function parseV6(text: string): number[] | undefined {
  if (!text.includes(':')) return undefined;
  const [head = '', tail, ...more] = text.split('::');
  if (more.length > 0) return undefined;
  const before = groupsOf(head);
  const after = groupsOf(tail ?? '');
  const gap = 8 - before.length - after.length;
  const isWhole = tail === undefined ? gap === 0 : gap > 0;
  const groups = [...before, ...Array.from({ length: Math.max(gap, 0) }, () => 0), ...after];
  return isWhole && groups.every((group) => group >= 0 && group <= 0xffff) ? groups : undefined;
}

/** What is no group becomes NaN, which is in no range. */
function groupsOf(text: string): number[] {
  if (text === '') return [];
  return text.split(':').flatMap((part) => {
    const [a, b, c, d] = parseV4(part) ?? [];
    if (a !== undefined && b !== undefined && c !== undefined && d !== undefined) {
      return [a * 256 + b, c * 256 + d];
    }
    return /^[\da-f]{1,4}$/i.test(part) ? Number.parseInt(part, 16) : Number.NaN;
  });
}

function toNumber(bytes: readonly number[]): number {
  return bytes.reduce((value, byte) => value * 256 + byte, 0);
}
