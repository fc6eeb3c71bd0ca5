import { describe, expect, it } from 'vitest';
import { isLoopbackHost } from '#core/loopback-host.ts';

describe('Function: isLoopbackHost', () => {
  it.each(['localhost', '127.0.0.1', '127.1.2.3', '[::1]'])('is true of %s', (host) =>
    expect(isLoopbackHost(host)).toBe(true),
  );
  it.each(['localhost.example.com', '127.0.0.1.example.com', '10.0.0.1', '::1', '[fe80::1]'])(
    'is false of %s',
    (host) => expect(isLoopbackHost(host)).toBe(false),
  );
});
