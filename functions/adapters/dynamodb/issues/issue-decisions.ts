import { IS_NEW } from '#adapters/dynamodb/table/expression.ts';
import { swapItem } from '#adapters/dynamodb/table/item.ts';
import { prefixPages, prefixQuery, queryPage } from '#adapters/dynamodb/table/query.ts';
import { reportUnreadable } from '#adapters/dynamodb/table/table.ts';
import { IssueContendedError } from '#core/issues/errors.ts';
import type { IssueDecision } from '#core/issues/issue.ts';
import type { NewDecision } from '#core/issues/issue-records.ts';
import { ISSUE_ROWS, padded } from './issue-keys.ts';
import { decisionItem, readDecision } from './issue-record-item.ts';
import type { RecordTable } from './record-table.ts';

/** Decisions are people's: losing this often in a row is no bad luck. */
const MAX_TRIES = 20;

/** All decisions, in their order. @throws StorageError */
export async function readDecisions({ table, pk }: RecordTable): Promise<readonly IssueDecision[]> {
  const decisions: IssueDecision[] = [];
  for await (const rows of prefixPages(table, pk, ISSUE_ROWS.decision)) {
    for (const row of rows) {
      const decision = readDecision(row);
      if (decision) decisions.push(decision);
      else reportUnreadable(table.log, row, 'no decision about issues');
    }
  }
  return decisions;
}

/** Keeps a decision under the number after the last one. @throws StorageError */
export async function decide(store: RecordTable, decision: NewDecision): Promise<IssueDecision> {
  const { table, pk } = store;
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const number = (await lastNumber(store)) + 1;
    const numbered: IssueDecision = { ...decision, number };
    const key = { pk, sk: ISSUE_ROWS.decision + padded(number) };
    if ((await swapItem(table, decisionItem(key, numbered), IS_NEW)).isWritten) return numbered;
  }
  throw new IssueContendedError(`Others decided about issues ${MAX_TRIES} times in a row`);
}

async function lastNumber({ table, pk }: RecordTable): Promise<number> {
  const query = prefixQuery(pk, ISSUE_ROWS.decision);
  const { rows } = await queryPage(table, {
    ...query,
    ScanIndexForward: false,
    Limit: 1,
    ConsistentRead: true,
  });
  const [last] = rows;
  return last ? Number(String(last.sk).slice(ISSUE_ROWS.decision.length)) : 0;
}
