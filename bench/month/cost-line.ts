import type { PriceName } from '#lib/prices.ts';

/** One line of a month's bill. Amounts are in the unit of the price. */
export type CostLine = {
  readonly what: string;
  readonly price: PriceName;
  readonly amount: number;
  /** The amount where each sync writes every skill anew. */
  readonly naive: number;
  /** What has a sum of its own below the table: metrics, alarms and dashboards. */
  readonly part?: 'monitoring';
};

/** A line; by default a sync that writes everything changes nothing about it. */
export function line(what: string, price: PriceName, amount: number, naive = amount): CostLine {
  return { what, price, amount, naive };
}
