/** A node’s side in a rule. Nodes on different sides of one rule must not be in one group. */
export type Side = { readonly rule: number; readonly side: number };

/** Which nodes must not be in one group, and which of them a group has at present. */
export class ApartRules {
  /** Most nodes are in no rule. */
  readonly #sidesOf: ReadonlyMap<number, readonly Side[]>;
  /** By rule and group: how many nodes of each side. */
  readonly #counts = new Map<string, Map<number, number>>();

  constructor(sidesOf: ReadonlyMap<number, readonly Side[]> = new Map()) {
    this.#sidesOf = sidesOf;
  }

  /** Counts the nodes of groups anew. */
  reset(groups: Int32Array): void {
    this.#counts.clear();
    for (const node of this.#sidesOf.keys()) this.enter(node, groups[node] as number);
  }

  /** Whether a group has a node, other than this one, that must be apart from it. */
  isForbidden(node: number, group: number): boolean {
    const sides = this.#sidesOf.get(node);
    if (sides === undefined) return false;
    return sides.some(({ rule, side }) => {
      const counts = this.#counts.get(`${rule}/${group}`);
      return counts !== undefined && [...counts].some(([other, count]) => other !== side && count > 0);
    });
  }

  enter(node: number, group: number): void {
    this.#change(node, group, 1);
  }

  leave(node: number, group: number): void {
    this.#change(node, group, -1);
  }

  /**
   * The rules for a graph in which each group is one node. A node that has several sides of a rule is free of it: what
   * was put together cannot be kept apart.
   */
  contract(groups: Int32Array): ApartRules {
    const sidesOf = new Map<number, Map<number, number>>();
    for (const [node, sides] of this.#sidesOf) {
      const group = groups[node] as number;
      const all = sidesOf.get(group) ?? new Map<number, number>();
      sidesOf.set(group, all);
      for (const { rule, side } of sides) {
        const other = all.get(rule);
        all.set(rule, other === undefined || other === side ? side : -1);
      }
    }
    const contracted = new Map<number, Side[]>();
    for (const [group, all] of sidesOf) {
      const sides = [...all].filter(([, side]) => side >= 0).map(([rule, side]) => ({ rule, side }));
      if (sides.length > 0) contracted.set(group, sides);
    }
    return new ApartRules(contracted);
  }

  #change(node: number, group: number, by: 1 | -1): void {
    for (const { rule, side } of this.#sidesOf.get(node) ?? []) {
      const key = `${rule}/${group}`;
      const counts = this.#counts.get(key) ?? new Map<number, number>();
      counts.set(side, (counts.get(side) ?? 0) + by);
      this.#counts.set(key, counts);
    }
  }
}
