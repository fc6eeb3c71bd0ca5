/** The switches in force, and which of them a request runs into. */
import type { RouteName } from '#local/claude/http/routes.ts';
import { FaultRegister, hit, type RegisteredFault } from '#local/services/fault-register.ts';
import type { Switch, SwitchOf } from './switch-schema.ts';

const EFFECTS = [
  'thinking',
  'refusal',
  'max_tokens',
  'capitals',
  'extra_property',
  'missing_property',
  'prose',
  'long_strings',
  'severity',
  'answer',
] as const;
const LOSSES = ['reset', 'hang', 'cut'] as const;

/** What changes the message that is made. */
export type Effect = SwitchOf<(typeof EFFECTS)[number]>;
/** What loses the answer on its way. */
export type Loss = SwitchOf<(typeof LOSSES)[number]>;
/** What is answered in place of the work. */
export type Failure = Exclude<Switch, Effect | Loss | SwitchOf<'item'> | SwitchOf<'slow'>>;

/** A request as switches see it. */
export type Target = {
  readonly route: RouteName | 'batch_item';
  readonly model?: string;
  /** The user's message; of a batch that is created, those of all its requests. */
  readonly texts: readonly string[];
  readonly customIds: readonly string[];
};

/** What one request runs into. */
export type Plan = {
  delayMs: number;
  failure: Failure | undefined;
  loss: Loss | undefined;
  item: SwitchOf<'item'> | undefined;
  readonly effects: Effect[];
};

/** The switches in force, none at first, as tests and the control endpoint use them. */
export class Switches extends FaultRegister<Switch> {
  /** A switch may say instead which request it is the first to hit: its `nth`. */
  protected override skipped({ after, nth = 1 }: Switch): number {
    return after ?? nth - 1;
  }

  /** True where there is none: nobody need look at a request more closely. */
  get isEmpty(): boolean {
    return this.active.length === 0;
  }

  /** For the simulator: what a request runs into. Counts the hits. */
  plan(target: Target): Plan {
    const plan: Plan = { delayMs: 0, failure: undefined, loss: undefined, item: undefined, effects: [] };
    if (this.isEmpty) return plan;
    const about = this.active.filter(({ fault }) => isAbout(fault, target.route) && matches(fault, target));
    for (const entry of about) if (!isEffect(entry.fault)) addTo(plan, entry);
    // What is to change a message waits for one that is made.
    if (makesMessage(plan)) for (const entry of about) if (isEffect(entry.fault)) addTo(plan, entry);
    this.forgetSpent();
    return plan;
  }
}

/** True where the work is done before the answer is lost. */
export function isAccepted(loss: Loss): boolean {
  if (loss.kind === 'cut') return true;
  return loss.accepted ?? loss.kind === 'reset';
}

function makesMessage({ failure, loss }: Plan): boolean {
  return failure === undefined && (loss === undefined || isAccepted(loss));
}

/** Puts the switch into the plan where its place there is free. */
function addTo(plan: Plan, entry: RegisteredFault<Switch>): void {
  const { fault } = entry;
  if (isTaken(plan, fault) || !hit(entry)) return;
  if (isEffect(fault)) plan.effects.push(fault);
  else if (isLoss(fault)) plan.loss = fault;
  else if (fault.kind === 'item') plan.item = fault;
  else if (fault.kind === 'slow') plan.delayMs += fault.ms;
  else plan.failure = fault;
}

/** Effects and delays add up; of what ends a request it meets one. */
function isTaken(plan: Plan, fault: Switch): boolean {
  if (isEffect(fault) || fault.kind === 'slow') return false;
  if (fault.kind === 'item') return plan.item !== undefined;
  return (plan.loss ?? plan.failure) !== undefined;
}

/** What changes messages acts where one is made; what ends a request acts on requests over the wire. */
function isAbout(fault: Switch, route: Target['route']): boolean {
  if (isEffect(fault)) return route === 'messages' || route === 'batch_item';
  return (fault.kind === 'item') === (route === 'batch_item');
}

function matches(fault: Switch, { route, model, texts, customIds }: Target): boolean {
  const { text, customId } = fault;
  return (
    (fault.route === undefined || fault.route === route) &&
    (fault.model === undefined || fault.model === model) &&
    (text === undefined || texts.some((one) => one.toLowerCase().includes(text.toLowerCase()))) &&
    (customId === undefined || customIds.some((one) => isOfPattern(customId, one)))
  );
}

function isOfPattern(pattern: string, customId: string): boolean {
  return pattern.endsWith('*') ? customId.startsWith(pattern.slice(0, -1)) : customId === pattern;
}

function isEffect(fault: Switch): fault is Effect {
  return (EFFECTS as readonly string[]).includes(fault.kind);
}

function isLoss(fault: Switch): fault is Loss {
  return (LOSSES as readonly string[]).includes(fault.kind);
}
