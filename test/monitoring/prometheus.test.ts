import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { call } from '#test/functions/admin-api/call-api.ts';
import { createWorld } from '#test/functions/admin-api/world.ts';

const DOCS = join(import.meta.dirname, '../../docs/monitoring');
const RULES = join(DOCS, 'prometheus-rules.yml');
const RULE_TESTS = join(import.meta.dirname, 'prometheus-rules.test.yml');

type Panel = {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly datasource?: { readonly type: string; readonly uid: string };
  readonly targets?: readonly { readonly expr: string; readonly datasource: unknown }[];
};

const rules = readFileSync(RULES, 'utf8');
const dashboard: {
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly Record<string, unknown>[] };
} = JSON.parse(readFileSync(join(DOCS, 'grafana-dashboard.json'), 'utf8'));
const expressions = dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));

/** The names of the series that `/metrics/sync` has. */
const answer = await call(createWorld(), { path: '/metrics/sync', token: 'SUPERVISED' });
const served = new Set(String(answer.body).match(/^atom_saas_\w+/gm));
const named = (text: string) => new Set(text.match(/atom_saas_\w+/g));

/** Needs promtool; `.ci/run` unpacks it where it can. */
const hasPromtool = spawnSync('promtool', ['--version']).status === 0;
const promtool = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync('promtool', args, { encoding: 'utf8' });
  return { status, said: `${stdout}${stderr}` };
};

describe('The Prometheus rules', () => {
  it('name only series that are served', () => {
    expect(named(rules).size).toBeGreaterThan(8);
    for (const name of named(rules)) expect(served, name).toContain(name);
  });

  it('name only errors with which a run can fail', () => {
    const errors = readFileSync(join(DOCS, '../../functions/core/errors.ts'), 'utf8');
    const codes = [...rules.matchAll(/error="(\w+)"/g)].map(([, code]) => code);
    expect(codes.length).toBeGreaterThan(0);
    for (const code of codes) expect(errors).toContain(`readonly code = '${code}'`);
  });

  it('lead each alert to its heading in the runbook', () => {
    const alerts = [...rules.matchAll(/- alert: (\w+)/g)].map(([, name]) => name!.toLowerCase());
    const links = [...rules.matchAll(/runbook_url: docs\/runbook\.md#(\w+)/g)].map(([, heading]) => heading);
    expect(links).toEqual(alerts);
  });

  it('are each tested', () => {
    const tests = readFileSync(RULE_TESTS, 'utf8');
    for (const [, name] of rules.matchAll(/- alert: (\w+)/g)) expect(tests).toContain(name!);
  });

  it.runIf(hasPromtool)('are accepted by promtool', () => {
    expect(promtool('check', 'rules', RULES)).toMatchObject({ status: 0 });
  });

  it.runIf(hasPromtool)('fire when they should, by promtool’s unit tests', () => {
    expect(promtool('test', 'rules', RULE_TESTS)).toMatchObject({ status: 0 });
  });
});

describe('The Grafana dashboard', () => {
  it('has the rows of the one in CloudWatch, each with panels', () => {
    const rows = dashboard.panels.flatMap(({ type, title }, index) =>
      type === 'row' ? [{ title, index }] : [],
    );
    expect(rows.map(({ title }) => title)).toEqual([
      'Overview',
      'Sync',
      'Cache',
      'Feed',
      'Conflicts',
      'Ratings',
      'Cost',
    ]);
    for (const { index } of rows) expect(dashboard.panels[index + 1]?.type).not.toBe('row');
  });

  it.each([
    ['success rates', 'atom_saas_sync_success_total'],
    ['how often the cache answers', 'atom_saas_cache_reads_total{result="hit"}'],
    ['the time in the fallback', 'atom_saas_websocket_fallback_seconds_total'],
    ['types of conflicts', 'sum by (type) (increase(atom_saas_conflicts_detected_total'],
  ])('draws %s', (_what, series) => {
    expect(expressions.some((expression) => expression.includes(series))).toBe(true);
  });

  it('draws only series that are served', () => {
    expect(named(expressions.join()).size).toBeGreaterThan(10);
    for (const name of named(expressions.join())) expect(served, name).toContain(name);
  });

  it('asks for its data source when it is imported, and uses it everywhere', () => {
    expect(dashboard.templating.list).toMatchObject([
      { name: 'datasource', type: 'datasource', query: 'prometheus' },
    ]);
    const chosen = { type: 'prometheus', uid: `\${${dashboard.templating.list[0]?.name}}` };
    for (const { targets = [], datasource, title } of dashboard.panels) {
      if (targets.length > 0) expect(datasource, title).toEqual(chosen);
      for (const target of targets) expect(target.datasource).toEqual(chosen);
    }
  });

  it('puts no panel over another', () => {
    const cells = dashboard.panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, index) => `${x + (index % w)},${y + Math.floor(index / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
  });

  it.runIf(hasPromtool)('is written in PromQL', () => {
    const folder = mkdtempSync(join(tmpdir(), 'grafana-'));
    const file = join(folder, 'expressions.yml');
    const recorded = expressions.map((expr, index) => ({ record: `panel:expression:${index}`, expr }));
    // JSON is YAML as well.
    writeFileSync(file, JSON.stringify({ groups: [{ name: 'panels', rules: recorded }] }));
    expect(promtool('check', 'rules', file)).toMatchObject({ status: 0 });
    rmSync(folder, { recursive: true });
  });
});
