/**
 * English words that say nothing about a problem. Negations stay (`not`, `never`, `can't`): a card that does not work is
 * another problem than one that does.
 */
export const STOP_WORDS: ReadonlySet<string> = new Set(
  `a about above after again against all also am an and any are as at be because been before being below between both
  but by can could did do does doing down during each few for from further had has have having he her here hers herself
  him himself his how i if in into is it its itself just let me more most my myself nor of off on once only or other
  ought our ours ourselves out over own please same shall she should so some such than thank thanks that the their
  theirs them themselves then there these they this those through to too under until up us very was we were what when
  where which while who whom why will with would you your yours yourself yourselves
  hi hello hey dear i'm i've i'd i'll it's that's there's what's you're we're they're`.split(/\s+/),
);
