import { isLoopbackHost } from '#core/loopback-host.ts';
import type { RawSettings } from './settings-sources.ts';
import { TICKET_PAIRS } from './ticket-settings.ts';

/** What is wrong with settings together that are right one by one: a sentence each. */
export function combinationProblems(raw: RawSettings): string[] {
  return [pairProblems, machineProblems, lengthProblems, placeProblems].flatMap((problems) => problems(raw));
}

/** Settings of which one alone means nothing. */
const PAIRS = [
  ['ATOM_SYNC_JWT_ISSUER', 'ATOM_SYNC_JWT_AUDIENCE'],
  ['ATOM_SYNC_VPC_ID', 'ATOM_SYNC_SUBNET_IDS'],
  ...TICKET_PAIRS,
];

function pairProblems(raw: RawSettings): string[] {
  return PAIRS.flatMap((pair) => {
    const [missing, ...others] = pair.filter((name) => raw[name] === undefined);
    if (missing === undefined || others.length > 0) return [];
    return `${missing} is not set; ${pair.join(' and ')} must be set both or neither.`;
  });
}

/** The stack makes clients in its own pool only. Under `npm start` the local issuer knows them. */
function machineProblems({
  ATOM_SYNC_JWT_ISSUER: issuer,
  ATOM_SYNC_MACHINE_CLIENTS: machines,
}: RawSettings): string[] {
  if (issuer === undefined || machines === undefined) return [];
  if (isLoopbackHost(URL.parse(issuer)?.hostname ?? '')) return [];
  return [
    'ATOM_SYNC_MACHINE_CLIENTS is set beside ATOM_SYNC_JWT_ISSUER: make clients at that issuer, or leave one of the two out.',
  ];
}

/** What a client's id adds to a list of audiences. */
const CLIENT_BYTES = 27;
/** Lambda takes 4 KB of environment; in the API's function everything else takes half of it, with the longest names. */
const MAX_LISTED_BYTES = 2_000;

/** Two lists of any length go to the same function. A byte is not a character. */
function lengthProblems({
  ATOM_SYNC_MACHINE_CLIENTS: machines,
  TICKET_PRODUCT_AREAS: areas = '',
}: RawSettings): string[] {
  const clients = machines === undefined ? 0 : machines.split(',').length;
  const bytes = clients * CLIENT_BYTES + Buffer.byteLength(areas);
  if (bytes <= MAX_LISTED_BYTES) return [];
  return [
    `TICKET_PRODUCT_AREAS and ATOM_SYNC_MACHINE_CLIENTS take ${bytes} bytes in a function's environment (${CLIENT_BYTES} for ` +
      `each client); they may take ${MAX_LISTED_BYTES} together.`,
  ];
}

/** Where the feed's task runs is said in one way or in the other. */
function placeProblems(raw: RawSettings): string[] {
  if (raw.ATOM_SYNC_VPC_ID === undefined || raw.ATOM_SYNC_FEED_ZONE_IDS === undefined) return [];
  return [
    'ATOM_SYNC_FEED_ZONE_IDS is set together with ATOM_SYNC_VPC_ID; in a VPC that is there already the zones are those of ATOM_SYNC_SUBNET_IDS.',
  ];
}
