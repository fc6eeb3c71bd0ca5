import { execFile, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { routeTable } from '#functions/admin-api/routes/route-table.ts';
import { settingsSchema } from '#lib/settings/settings.ts';
import { testTemplate } from '#test/lib/test-stack.ts';
import { compositeAlarms, headingOf, metricAlarms } from './alarms.ts';
import { WITH_TICKETS, watchedStack } from './watched-stack.ts';

const text = readFileSync('docs/runbook.md', 'utf8');
const [, alarmsPart = ''] = text.split('\n# Alarms\n');
const sections = new Map(
  alarmsPart
    .split('\n## ')
    .slice(1)
    .map((section) => [section.split('\n', 1)[0]!, section]),
);
const { template } = watchedStack(WITH_TICKETS);
const severities = new Map<string, string>(
  [
    ...[...metricAlarms(template).values()].map(
      (alarm) => [alarm.name, alarm.alarmActions, alarm.okActions] as const,
    ),
    ...[...compositeAlarms(template).values()].map(
      (alarm) => [alarm.AlarmName, alarm.AlarmActions ?? [], alarm.OKActions ?? []] as const,
    ),
  ].map(([name, begin, end]) => [
    name.replace(/^atom-sync-/, ''),
    end.length > 0 ? 'critical' : begin.length > 0 ? 'warning' : 'silent',
  ]),
);

describe('The runbook', () => {
  it('has a heading for each alarm, and no other', () => {
    const alarms = [...metricAlarms(template).keys(), ...compositeAlarms(template).keys()].map(headingOf);
    expect([...sections.keys()].toSorted()).toEqual([...new Set(alarms)].toSorted());
  });

  it('knows every alarm of the stack', () => {
    const stack = testTemplate(WITH_TICKETS);
    for (const name of [...metricAlarms(stack).keys(), ...compositeAlarms(stack).keys()]) {
      expect([...sections.keys()]).toContain(headingOf(name));
    }
  });

  it.each([...sections])('says of %s what it means, how to look and how to mend', (name, section) => {
    expect(section).toContain('**Means:**');
    expect(section).toMatch(/\*\*Look/);
    expect(section.toLowerCase()).toMatch(/\*\*mend/);
    const severity = severities.get(name);
    expect(section.includes('\nCRITICAL. **Means')).toBe(severity === 'critical');
    expect(section.includes('\nTells nobody. **Means')).toBe(severity === 'silent');
    if (severity !== 'silent') expect(section).toContain('**Escalate**');
  });

  it('names only routes that there are', () => {
    const routes = routeTable.map(({ method, path }) => `${method} ${path}`);
    const named = [...text.matchAll(/(GET|PUT|POST|PATCH|DELETE) (\/(?!api\/v1)[a-z/{}_-]+)/g)].map(
      ([, method, path]) => `${method} ${path}`,
    );
    expect(named.length).toBeGreaterThan(15);
    for (const route of named) expect(routes).toContain(route);
  });

  it('calls only routes that there are', () => {
    const called = [...text.matchAll(/"\$API(\/[^?"]+)/g)].map(([, path]) => path);
    expect(called.length).toBeGreaterThan(5);
    for (const path of called) expect(routeTable.map((route) => route.path)).toContain(path);
  });

  it('names only settings that there are', () => {
    const named = [...text.matchAll(/\b(?:ATOM|ENABLE|TICKETS?|ZENDESK|CLAUDE|ANTHROPIC)_[A-Z_]+/g)].map(
      ([name]) => name,
    );
    expect(named.length).toBeGreaterThan(8);
    for (const name of named) expect(Object.keys(settingsSchema.shape)).toContain(name);
  });

  it('names only outputs and kinds of resources that the stack has', () => {
    const { Outputs } = testTemplate(WITH_TICKETS).toJSON();
    for (const [, name] of text.matchAll(/output (\w+)\)/g)) expect(Object.keys(Outputs)).toContain(name);
    const types = new Set(
      Object.values(testTemplate(WITH_TICKETS).toJSON().Resources as Record<string, { Type: string }>).map(
        ({ Type }) => Type,
      ),
    );
    for (const [, type] of text.matchAll(/resources (AWS::\S+?)\)/g)) {
      // The feed's task comes with the feed.
      if (!type!.startsWith('AWS::ECS::')) expect(types).toContain(type);
    }
  });

  it('leads nowhere that is not there', () => {
    const headings = [...text.matchAll(/^#+ (.*)$/gm)].map(([, title]) =>
      title!.toLowerCase().replaceAll(' ', '-'),
    );
    for (const [, anchor] of text.matchAll(/\]\(#([^)]+)\)/g)) expect(headings).toContain(anchor);
  });

  const hasBash = spawnSync('bash', ['--version']).status === 0;
  it.runIf(hasBash)('has commands that a shell can read', async () => {
    const blocks = [...text.matchAll(/^```sh[^\n]*\n([\s\S]*?)^```/gm)].map(([, script]) => script!);
    expect(blocks.length).toBeGreaterThan(10);
    for (const script of blocks) {
      const { stderr } = await promisify(execFile)('bash', ['-n', '-c', script]);
      expect(stderr, script).toBe('');
    }
  });
});
