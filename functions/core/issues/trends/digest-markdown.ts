import type { Digest } from './digest.ts';
import type { Growth } from './growth.ts';

type Issue = Digest['top'][number];
type Incident = Digest['incidents'][number];

const SHOWN_EXAMPLES = 5;
const MOST_TEXT_CHARS = 160;

/** The digest as a page that is read in a minute: the incident first, then the day, then what changed. */
export function renderDigest(digest: Digest): string {
  const open = digest.incidents.filter(({ closed_at }) => closed_at === null);
  const { totals } = digest;
  const parts = [
    `# Support tickets on ${digest.date}`,
    open.length === 0
      ? 'No incident is open.'
      : `**${open.length} ${open.length === 1 ? 'incident is' : 'incidents are'} open: ${inline(open[0]?.title ?? '')}**`,
    ...digest.incidents.map(incidentSection),
    `${plural(totals.tickets, 'ticket')} from ${plural(totals.requesters, 'person', 'people')}; ${plural(totals.tickets_7d, 'ticket')} in 7 days (${times(totals.growth)}); ${plural(totals.open_issues, 'open issue')}.`,
    issueSection('Came back after they were resolved', digest.regressions),
    issueSection('New this week', digest.new_issues),
    issueSection('Rising', digest.rising),
    issueSection('Top issues', digest.top),
    issueSection('Perhaps resolved: nobody wrote for 7 days', digest.resolved_candidates),
    footer(digest),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function incidentSection(incident: Incident): string {
  const { opened_at, closed_at, observed, expected, window_h, issues } = incident;
  const state = closed_at === null ? 'open' : `closed ${minute(closed_at)}`;
  const lines = [
    `## Incident: ${inline(incident.title)}`,
    '',
    `Since ${minute(opened_at)}, ${state}. ${plural(incident.tickets, 'ticket')} from ${plural(incident.requesters, 'person', 'people')} in ${plural(issues.length, 'issue')}. At its height ${observed} people in ${window_h} hours; usual are ${expected}.`,
    ...(incident.examples.length > 0 ? [''] : []),
    ...incident.examples
      .slice(0, SHOWN_EXAMPLES)
      .map(
        ({ statement, language, ticket_id }) =>
          `- ${inline(statement)} (${language === null ? '' : `${inline(language)}, `}ticket ${inline(ticket_id)})`,
      ),
  ];
  return lines.join('\n');
}

function issueSection(title: string, issues: readonly Issue[]): string {
  if (issues.length === 0) return '';
  const rows = issues.map(
    (issue) =>
      `| ${inline(issue.title)} | ${inline(issue.product_area ?? '')} | ${worst(issue)} | ${issue.requesters_7d} | ${issue.tickets_24h} | ${issue.trend} ${times(issue.growth)} |`,
  );
  return [
    `## ${title}`,
    '',
    '| Issue | Area | Worst severity | People in 7 days | Tickets in 24 h | Trend |',
    '| --- | --- | --- | ---: | ---: | --- |',
    ...rows,
  ].join('\n');
}

function footer({ quality, cost, generated_at }: Digest): string {
  const { pending, failed, refused, low_confidence } = quality;
  return `Analyses: ${pending} pending, ${failed} failed, ${refused} refused, ${low_confidence} of low confidence. Claude cost ${usd(cost.day_usd)} on the day, ${usd(cost.month_usd)} in the month. Made ${minute(generated_at)}.`;
}

function worst({ severity_mix }: Issue): string {
  const levels = ['critical', 'high', 'medium', 'low'] as const;
  const level = levels.find((one) => severity_mix[one] > 0);
  return level === undefined ? '' : `${level} (${severity_mix[level]})`;
}

function times({ ratio }: Growth): string {
  return `×${ratio}`;
}

function usd(amount: number): string {
  return `$${amount.toFixed(2)}`;
}

function minute(iso: string): string {
  return `${iso.slice(0, 16).replace('T', ' ')} UTC`;
}

function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** A text of others in one line, without anything that Markdown or HTML would act on. */
function inline(text: string): string {
  const line = [...text.replace(/\s+/g, ' ').trim()];
  const cut =
    line.length <= MOST_TEXT_CHARS ? line.join('') : `${line.slice(0, MOST_TEXT_CHARS - 1).join('')}…`;
  return cut
    .replace(/[\\`*_{}[\]()<>#|!~]/g, '\\$&')
    .replaceAll('&', '&amp;')
    .replaceAll('\\<', '&lt;');
}
