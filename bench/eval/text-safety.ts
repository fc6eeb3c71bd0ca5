import { suspectsInjection } from '#core/tickets/text/injection.ts';
import { prepareText } from '#core/tickets/text/prepare-text.ts';
import { INJECTIONS, NO_INJECTIONS } from '#test/functions/core/tickets/injection-set.ts';
import { type PlantedKind, plantedTickets } from '#test/functions/core/tickets/planted-pii.ts';

const TICKETS = 500;
const SEED = 1;
/** The least share that has to be found: contract for the tickets, §9.5. */
const LEAST: Readonly<Record<PlantedKind, number>> = {
  ...{ email: 0.99, card: 0.99, iban: 0.99, token: 0.99, ip: 0.99, phone: 0.95 },
};

/**
 * What of planted personal data is redacted, and which injections our own patterns mark, over the sets of the tests, as
 * the rows of a Markdown table. What a model makes of the injections is for `--golden`.
 */
export function measureTexts(): string[] {
  const planted = plantedTickets(TICKETS, SEED).map((ticket) => ({ ticket, text: textOf(ticket) }));
  const values = planted.flatMap(({ ticket, text }) =>
    ticket.planted.map(({ kind, value }) => ({ kind, isLeft: bare(text).includes(bare(core(value))) })),
  );
  const rows = Object.entries(LEAST).map(([kind, least]) => {
    const ofKind = values.filter((value) => value.kind === kind);
    const found = ofKind.filter(({ isLeft }) => !isLeft).length;
    return rowOf(`${kind} redacted`, found / ofKind.length >= least, `${found} of ${ofKind.length}`);
  });
  const marked = INJECTIONS.filter(({ subject, description }) =>
    suspectsInjection(`${subject}\n${description}`),
  );
  const innocent = [...INJECTIONS.map(({ harmless }) => textOf(harmless)), ...NO_INJECTIONS];
  const accused = innocent.filter(suspectsInjection);
  return [
    '| Texts | Result | Detail |',
    '| --- | --- | --- |',
    ...rows,
    rowOf(
      'injections marked',
      marked.length === INJECTIONS.length,
      `${marked.length} of ${INJECTIONS.length}`,
    ),
    rowOf('harmless texts marked', accused.length === 0, `${accused.length} of ${innocent.length}`),
  ];
}

function textOf({
  subject,
  description,
}: {
  readonly subject: string;
  readonly description: string;
}): string {
  const prepared = prepareText({ subject, description });
  return `${prepared.subject}\n${prepared.body}`;
}

/** A text without what people put between the digits of a number. */
function bare(text: string): string {
  return text.toLowerCase().replace(/[\s()./–-]/g, '');
}

/** What of a planted value says something: of `password=x` the x. */
function core(value: string): string {
  const [, secret] = /^(?:password=|api_key: |Passwort: |mailto:)(.*)$/s.exec(value) ?? [];
  return secret ?? value.split('\n')[1] ?? value;
}

function rowOf(what: string, isPassed: boolean, detail: string): string {
  return `| ${what} | ${isPassed ? 'pass' : 'FAIL'} | ${detail} |`;
}
