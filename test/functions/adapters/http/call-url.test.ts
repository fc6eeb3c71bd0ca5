import { describe, expect, it } from 'vitest';
import { callBase, callUrl } from '#adapters/http/call-url.ts';

describe('callUrl', () => {
  it('puts the path behind the base’s own, encodes the query and drops what else the base has', () => {
    const base = callBase('https://example.com/api//?debug=1#top', 'server');
    expect(callUrl(base, '/v2/things', { cursor: 'MTU3fHw0Njd8==', page: 2 }).href).toBe(
      'https://example.com/api/v2/things?cursor=MTU3fHw0Njd8%3D%3D&page=2',
    );
    expect(callUrl(base, '/v2').href).toBe('https://example.com/api/v2');
  });

  it('refuses a base with a user name or a password', () => {
    expect(() => callBase('https://ann:secret@example.com', 'marketplace')).toThrow(
      new TypeError('The marketplace URL must not hold a user name or a password.'),
    );
  });
});
