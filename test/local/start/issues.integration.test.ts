import { existsSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from '#test/local/temporary-directory.ts';
import { incidentRows } from './incident-rows.ts';
import { type LocalProcess, startProcess } from './local-process.ts';
import { workerOf } from './ticket-system.ts';

const WHATSAPP = resolve(
  import.meta.dirname,
  '../../../../shared/data/tickets/sumo-2025-09_11-whatsapp-incident.jsonl.gz',
);
if (!existsSync(WHATSAPP)) console.warn(`${WHATSAPP} is not there: its incident is not looked for.`);

/** `npm start -- --tickets FILE` on empty data, until the first run of the tickets has ended. */
async function startWithFile(file: string, settings: Record<string, string> = {}): Promise<LocalProcess> {
  const own = {
    ATOM_LOCAL_MARKETPLACE_SKILLS: '20',
    ATOM_LOCAL_MARKETPLACE_CHANGE_MS: '0',
    ATOM_SAAS_WS_ENABLED: 'false',
  };
  const system = startProcess(temporaryDirectory(), { ...own, ...settings }, { args: ['--tickets', file] });
  await system.until(/^ready /m);
  while (['idle', 'running'].includes((await workerOf(system)).status)) await delay(200);
  return system;
}

async function digestOf(system: LocalProcess) {
  const { status, body } = await system.call('/api/digest', 'SUPERVISED');
  expect(status).toBe(200);
  return body;
}

async function issueIds(system: LocalProcess): Promise<string[]> {
  const { body } = await system.call('/api/issues?limit=200', 'SUPERVISED');
  return body.issues.map(({ id }: { id: string }) => id);
}

async function stop(system: LocalProcess): Promise<void> {
  system.kill('SIGTERM');
  expect(await system.exited).toBe(0);
}

describe('npm start -- --tickets FILE', () => {
  it('comes to a digest that names the incident first, under the same ids twice', async () => {
    // Prepare
    const file = join(temporaryDirectory(), 'tickets.jsonl');
    writeFileSync(
      file,
      incidentRows(Date.now())
        .map((row) => JSON.stringify(row))
        .join('\n'),
    );

    // Act
    const first = await startWithFile(file);
    const run = await workerOf(first);
    const [digest, ids] = [await digestOf(first), await issueIds(first)];
    const { api, tokens } = first.session();
    const page = await fetch(`${api}/api/digest`, {
      headers: { authorization: `Bearer ${tokens.SUPERVISED}`, accept: 'text/markdown' },
    });
    const markdown = await page.text();
    await stop(first);
    const second = await startWithFile(file);
    const [again, idsAgain] = [await digestOf(second), await issueIds(second)];
    await stop(second);

    // Assess
    expect(run).toMatchObject({ status: 'completed', last_error: null });
    const [incident] = digest.incidents;
    expect(incident).toMatchObject({ closed_at: null });
    expect(incident.title).toMatch(/sign|password|passwort|contraseña|mot de passe/i);
    expect(incident.requesters).toBeGreaterThanOrEqual(20);
    expect(
      new Set(incident.examples.map(({ language }: { language: string }) => language)).size,
    ).toBeGreaterThan(1);
    expect(markdown).toMatch(/^# Support tickets on /);
    expect(markdown.indexOf('## Incident: ')).toBeLessThan(markdown.indexOf('## Top issues'));
    expect(ids.length).toBeGreaterThan(3);
    expect(idsAgain.toSorted()).toEqual(ids.toSorted());
    expect(again.incidents[0]?.id).toBe(incident.id);
  });

  it.runIf(existsSync(WHATSAPP))(
    'finds the incident of a real file whose last day comes weeks later',
    async () => {
      // Act: by the tickets' own words, since the analysis of 10,000 takes a minute
      const system = await startWithFile(WHATSAPP, { CLAUDE_BUDGET_USD_PER_RUN: '0' });
      const digest = await digestOf(system);
      const { body } = await system.call(
        '/api/trends/alerts?state=closed&retrospective=true&limit=100',
        'SUPERVISED',
      );
      await stop(system);

      // Assess
      const [incident] = digest.incidents;
      expect(incident.title).toMatch(/wh?at.?s/i);
      expect(incident.opened_at).toMatch(/T0[678]:00:00/);
      expect(incident.requesters).toBeGreaterThan(100);
      expect(body.incidents.map(({ id }: { id: string }) => id)).toContain(incident.id);
    },
  );
});
