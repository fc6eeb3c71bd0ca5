import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createScene } from '#test/local/zendesk/zendesk-client.ts';

const README = new URL('../../../../local/zendesk/README.md', import.meta.url);
const CURL = /^curl -s (?:-X (?<method>[A-Z]+) )?"?\$C(?<path>[^\s"]*)"?(?: -H "\$J" -d '(?<json>[^']*)')?/gm;

const calls = [...readFileSync(README, 'utf8').matchAll(CURL)].map(({ groups = {} }) => ({
  method: groups.method ?? (groups.json === undefined ? 'GET' : 'POST'),
  path: `/__control${groups.path ?? ''}`,
  json: groups.json,
}));

describe('The README’s calls with curl', () => {
  it('are found', () => {
    expect(calls.length).toBeGreaterThan(30);
  });

  it('are all accepted, one after the other', async () => {
    const { ask } = createScene({ tickets: 400 });
    for (const { method, path, json } of calls) {
      const { status, text } = await ask(path, { method, body: json });
      expect(status, `${method} ${path} ${json ?? ''}: ${text}`).toBe(200);
    }
  });
});
