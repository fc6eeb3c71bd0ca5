import { expect, it } from 'vitest';
import { incidentExamples } from '#core/issues/summaries/incident-examples.ts';
import { ticketOf } from './grouped.ts';

const said = [
  ['1', 'WhatsApp Web shows no code', 'en'],
  ['2', 'WhatsApp Web shows no code', 'en'],
  ['3', 'WhatsApp Web shows me no code', 'en'],
  ['4', 'WhatsApp Web não abre mais', 'pt'],
  ['5', 'WhatsApp öffnet sich nicht', 'de'],
  ['6', 'Update the printer driver', 'en'],
  ['7', '', 'fr'],
] as const;
const tickets = new Map(said.map(([id, line, language]) => [id as string, ticketOf(id, { line, language })]));
const incident = {
  tickets: [...said.map(([id]) => ({ id, requester: `person of ${id}` })), { id: 'gone', requester: null }],
  terms: ['whatsapp', 'web', 'code'],
};

it('examples of an incident are of what it is about, in several languages', () => {
  const found = incidentExamples(incident, (id) => tickets.get(id), 3);
  expect(found.map(({ language }) => language).sort()).toEqual(['de', 'en', 'pt']);
  expect(found[0]).toEqual({ ticket_id: '1', statement: 'WhatsApp Web shows no code', language: 'en' });
});

it('examples say nothing twice, and come from people of whom there is one', () => {
  const all = incidentExamples(incident, (id) => tickets.get(id), 9);
  expect(all.map(({ statement }) => statement)).not.toContain('');
  expect(new Set(all.map(({ statement }) => statement)).size).toBe(all.length);
  expect(all.at(-1)?.ticket_id).toBe('6');
  const ofOne = (id: string) => ({ ...(tickets.get(id) ?? ticketOf(id)), requester: 'one' });
  expect(incidentExamples(incident, ofOne)).toHaveLength(1);
  expect(incidentExamples({ tickets: [], terms: [] }, () => undefined)).toEqual([]);
});

it('examples have a word that marks the incident out, where enough tickets do, whatever language others are in', () => {
  const more = new Map(tickets);
  more.set('8', ticketOf('8', { line: 'Gyr vo gfe to HV', language: 'sk' }));
  more.set('9', ticketOf('9', { line: 'Dhhshhshssh', language: 'fi' }));
  const all = { ...incident, tickets: [...more.keys()].map((id) => ({ id, requester: `person of ${id}` })) };
  const found = incidentExamples(all, (id) => more.get(id), 4);
  expect(found.map(({ ticket_id }) => ticket_id).sort()).toEqual(['1', '3', '4', '5']);
  expect(incidentExamples(all, (id) => more.get(id), 7).map(({ ticket_id }) => ticket_id)).toContain('9');
  const english = all.tickets.filter(({ id }) => !['4', '5'].includes(id));
  const others = incidentExamples({ ...all, tickets: english }, (id) => more.get(id), 2);
  expect(new Set(others.map(({ language }) => language)).size).toBe(2);
});
