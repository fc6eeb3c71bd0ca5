import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { actionOn, actionOnClose, actionOnStatus } from '#functions/realtime-feed/close-codes.ts';

const DOCUMENT = readFileSync(resolve(import.meta.dirname, '../../../docs/realtime-feed.md'), 'utf8');

describe('the table of close codes and statuses', () => {
  it('says for each what the document says', () => {
    const rows = [...DOCUMENT.matchAll(/^\| `(close|status)` \| ([\d, ]+) \| `(\w+)` \|/gm)];
    const documented = rows.flatMap(([, kind, codes = '', action]) =>
      codes.split(',').map((code) => ({ kind, code: Number(code), action })),
    );
    expect(documented.length).toBeGreaterThan(40);
    for (const { kind, code, action } of documented) {
      expect({ kind, code, action: kind === 'close' ? actionOnClose(code) : actionOnStatus(code) }).toEqual({
        kind,
        code,
        action,
      });
    }
    const closes = new Set(documented.filter(({ kind }) => kind === 'close').map(({ code }) => code));
    for (let code = 1000; code <= 1015; code += 1) expect(closes).toContain(code);
  });

  it('reads 44xx as the HTTP status that it names', () => {
    for (let status = 400; status < 500; status += 1) {
      expect(actionOnClose(4000 + status)).toBe(actionOnStatus(status));
    }
  });

  it('tries again where nobody said no', () => {
    expect(actionOn({ kind: 'zombie' })).toBe('reconnect');
    expect(actionOn({ kind: 'broken', code: 1009 })).toBe('reconnect');
    expect(actionOn({ kind: 'unreachable', cause: 'ENOTFOUND' })).toBe('reconnect');
    expect(actionOnClose(2999)).toBe('reconnect');
  });
});
