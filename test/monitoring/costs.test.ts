import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { monitoringLines } from '#bench/month/monitoring-month.ts';
import { monitoringMarkdown } from '#bench/month/monitoring-table.ts';
import { totalUsd, usd } from '#bench/month/render-month.ts';
import { readMonitoredStacks } from '#bench/month/stack-facts.ts';

const stacks = readMonitoredStacks();
const { withFeed, withoutFeed } = stacks;

describe('What monitoring costs', () => {
  it('is in docs/monitoring.md as `npm run cost -- --markdown docs/monitoring.md` writes it', () => {
    expect(readFileSync('docs/monitoring.md', 'utf8')).toContain(
      `<!-- monitoring-cost:begin -->\n\n${monitoringMarkdown(stacks)}\n\n<!-- monitoring-cost:end -->`,
    );
  });

  it('is the same in docs/deployment.md', () => {
    const document = readFileSync('docs/deployment.md', 'utf8');
    for (const line of monitoringLines(withFeed).filter(({ amount }) => amount > 0)) {
      expect(document).toMatch(
        new RegExp(`^\\| ${line.what} \\| ${line.amount} \\|.*\\| \\$${usd(line).toFixed(2)} \\|`, 'm'),
      );
    }
    const total = totalUsd(monitoringLines(withFeed)).toFixed(2);
    expect(document).toContain(`| of it monitoring: metrics, alarms, dashboards |  |  |  | $${total} |`);
  });

  it('is six dollars a month at most', () => {
    expect(totalUsd(monitoringLines(withFeed))).toBeLessThanOrEqual(6);
    expect(totalUsd(monitoringLines(withoutFeed))).toBeLessThanOrEqual(4.6);
  });

  it('has a dashboard only where one is asked for', () => {
    expect([withFeed.dashboards, withoutFeed.dashboards]).toEqual([0, 0]);
  });
});
