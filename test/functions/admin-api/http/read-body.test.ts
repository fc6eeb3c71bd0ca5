import { describe, expect, it } from 'vitest';
import { apiOf, call as callApi, type EventParts } from '#test/functions/admin-api/call-api.ts';
import { createWorld } from '#test/functions/admin-api/world.ts';
import { echo } from './echo-route.ts';

function callWith(parts: EventParts) {
  const world = createWorld();
  return callApi(world, parts, apiOf(world, [echo]));
}

describe('The body of a request', () => {
  it.each([
    ['{', 'invalid_json'],
    ['nonsense', 'invalid_json'],
    ['\u0000', 'invalid_json'],
    [' ', 'invalid_json'],
    ['\f', 'invalid_json'],
    ['\u00a0', 'invalid_json'],
    ['\ufeff', 'invalid_json'],
    ['\ufeff{"name": "a"}', 'invalid_json'],
    ['['.repeat(100_000), 'invalid_json'],
    ['['.repeat(65) + ']'.repeat(65), 'invalid_json'],
    ['"text"', 'validation_failed'],
    ['null', 'validation_failed'],
    ['[]', 'validation_failed'],
    ['{"name": "a", "__proto__": {"admin": true}}', 'validation_failed'],
    ['{"name": "a", "metadata": {"\\u005f_proto__": {}}}', 'validation_failed'],
  ])('refuses the body %.40s, as text and in base64', async (rawBody, error) => {
    const answer = { status: 400, body: { success: false, error } };
    const call = { method: 'PUT', path: '/api/echo/1' };
    const base64 = Buffer.from(rawBody).toString('base64');

    expect(await callWith({ ...call, rawBody })).toMatchObject(answer);
    expect(await callWith({ ...call, rawBody: base64, isBase64Encoded: true })).toMatchObject(answer);
  });

  it('takes a body in base64', async () => {
    const rawBody = Buffer.from('{"name": "Zürich"}').toString('base64');
    const good = await callWith({ method: 'PUT', path: '/api/echo/1', rawBody, isBase64Encoded: true });
    const notUtf8 = Buffer.from([0x7b, 0xff, 0x7d]).toString('base64');
    const bad = await callWith({
      method: 'PUT',
      path: '/api/echo/1',
      rawBody: notUtf8,
      isBase64Encoded: true,
    });

    expect(good.body.body).toEqual({ name: 'Zürich' });
    expect(bad).toMatchObject({ status: 400, body: { error: 'invalid_json' } });
  });

  it.each([
    [256 * 1024, 200],
    [256 * 1024 + 1, 413],
  ])('judges a body of %d bytes: %d', async (bytes, status) => {
    const rawBody = '{"name":"é"}'.padEnd(bytes - 1);
    const plain = await callWith({ method: 'PUT', path: '/api/echo/1', rawBody });
    const base64 = Buffer.from(rawBody).toString('base64');
    const encoded = await callWith({
      method: 'PUT',
      path: '/api/echo/1',
      rawBody: base64,
      isBase64Encoded: true,
    });

    expect(plain.status).toBe(status);
    expect(encoded.status).toBe(status);
    if (status === 413) expect(plain.body).toMatchObject({ success: false, error: 'payload_too_large' });
  });
});
