import { describe, expect, it } from 'vitest';
import { isLoopback } from '#local/http/control-endpoint.ts';

describe('isLoopback', () => {
  it('lets only this computer pass', () => {
    for (const address of ['127.0.0.1', '127.9.8.7', '::1', '::ffff:127.0.0.1'])
      expect(isLoopback(address)).toBe(true);
    for (const address of [undefined, '10.0.0.1', '::ffff:10.0.0.1', '128.0.0.1', '::', '127.evil']) {
      expect(isLoopback(address)).toBe(false);
    }
  });
});
