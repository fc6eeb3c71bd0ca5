import { type CostLine, line } from './cost-line.ts';
import type { CostOptions } from './cost-options.ts';
import { DAYS, GB, HOURS, type MonthInput, RATING_SYNCS, syncsOf, uploadBatches } from './month-input.ts';
import { LOG_BYTES_PER_REQUEST } from './open-calls.ts';

/** Lambda keeps five long polls of 20 seconds open at a queue that is empty. */
const IDLE_POLLS = (5 * HOURS * 3_600) / 20;
const REQUESTS_PER_MESSAGE = 3;
const LOG_BYTES_PER_RUN = 4_000;
/** The feed reads the token when it connects: taken generously, once an hour. */
const CONNECTIONS = HOURS;
/** They live for twelve hours. */
const TOKENS_PER_MACHINE = HOURS / 12;
/** AWS raises the price of a key by its first and second rotation, once a year, and no further. */
const MOST_ROTATIONS = 2;

/** What the services around the functions cost. */
export function serviceLines({ options, stack }: MonthInput): CostLine[] {
  const syncs = syncsOf(options);
  const messages = options.ratings * REQUESTS_PER_MESSAGE + stack.polledQueues * IDLE_POLLS;
  const rotations = Math.min(options.year - 1, MOST_ROTATIONS);
  const logBytes =
    (syncs + RATING_SYNCS + DAYS) * LOG_BYTES_PER_RUN + options.requests * LOG_BYTES_PER_REQUEST;
  return [
    line('SQS', 'sqsRequest', messages),
    line('Secrets Manager: secrets', 'secret', stack.secrets),
    line('Secrets Manager: calls', 'secretRequest', secretCalls(options)),
    line('KMS: keys', 'kmsKey', stack.kmsKeys),
    line('KMS: what keys were before their rotations', 'kmsKey', stack.rotatedKeys * rotations),
    line('CloudWatch: logs taken in', 'logIngestion', logBytes / GB),
    line('CloudWatch: logs kept', 'logStorage', logBytes / GB),
    line('Cognito: people', 'cognitoUser', stack.userPools * options.operators),
    line('Cognito: machine clients', 'cognitoMachine', stack.userPools * options.machines),
    line(
      'Cognito: tokens of machine clients',
      'cognitoMachineToken',
      stack.userPools * options.machines * TOKENS_PER_MACHINE,
    ),
  ];
}

/** A token is kept for five minutes, and the next run comes later than that. */
function secretCalls(options: CostOptions): number {
  return syncsOf(options) + RATING_SYNCS + uploadBatches(options) + (options.feed ? CONNECTIONS : 0);
}
