/** What follows a verb in the name of a feature, or in what is wrong with it: "Contact form fails", "Join meeting link". */
const FEATURES =
  'buttons?|pages?|forms?|options?|links?|tabs?|menus?|fields?|icons?|screens?|features?|functions?|dialogs?|popups?|lists?|flows?|requests?|notifications?|modes?|status|codes?|sections?|settings?|widgets?|actions?|commands?|workflows?|imports?|exports?|sync|picker';
const DEFECTS =
  "fail(?:s|ed|ing|ures?)?|do(?:es)? not|doesn['’]t|don['’]t|did not|is|are|isn['’]t|aren['’]t|not|cannot|can['’]t|missing|broken|breaks?|stops?|stopped|shows?|returns?|never|times?|timeouts?|hangs?|crash(?:es)?|errors?|slow|wrong|lost|loses?|disappears?|blocked|impossible";

/** Verbs whose next words decide: an order, unless they name a feature or a defect. */
const ORDER_VERBS =
  'contact|visit|click|buy|purchase|subscribe|join|follow|ignore|disregard|forget|escalate|approve|grant|refund|pay|trust|believe|claim|grab|earn|invest';
/** Verbs of everyday features, which are orders with what comes after them. */
const COMMON_VERBS =
  'send|give|transfer|wire|share|provide|enter|submit|reveal|disclose|show|print|output|repeat|return|delete|reset|close|resolve|open|run|execute|install|download|go|see|check|set|change|update|verify|confirm|mark|treat|classify|tell|ask|inform';
const OBJECTS =
  'the|all|any|this|that|these|every|its|their|a|an|it|them|money|bitcoins?|payments?|passwords?|credentials?|as (?:critical|urgent|high(?:est)?)';

/** Names of features that read as if they addressed somebody. They are left out of what is checked. */
export const FEATURE_NAMES =
  /\b(?:remember me|keep me (?:signed|logged) in|contact us|about us|follow us|find my|thank[- ]you (?:page|e-?mail|message|screen)|send me a copy|near me|share with me|asp\.net|yahoo!)/gi;

/**
 * Words by which a text addresses whoever reads it, wherever they stand. "US" is a country. What describes an issue has
 * none of them.
 */
export const TO_THE_READER: readonly RegExp[] = [
  /\b(?:[Yy]ou|[Yy]ours?|[Yy]ourself|us|[Oo]urs?|[Mm]e)\b/,
  /!(?:\s|$)|[!?]{2,}/,
  /\b(?:act|reply|respond|order|apply|register|sign up|pay|hurry|call|subscribe) (?:right )?(?:now|today|immediately|at once)\b/i,
  /\b(?:click|tap|press|go|see|visit) (?:here|this link|the link|below)\b/i,
  /\b(?:limited (?:time )?offer|special offer|discount code|promo code|act fast|free gift|congratulations|100 ?% free|(?:whatsapp|telegram) (?:at|number|channel))\b/i,
  /\b(?:must|should|has to|have to|needs? to) (?:all )?(?:immediately |now )?(?:contact|call|visit|approve|refund|transfer|send|click|escalate|ignore|disregard)\b/i,
];

/** How a sentence begins that tells somebody what to do. */
export const ORDERS: readonly RegExp[] = [
  /^(?:please|kindly|dear|hello|hey|do not|don['’]t|make sure|be sure|be aware|beware|remember to)\b/i,
  /^(?:urgent|attention|warning|important|notice|note|alert|security alert)\s*[:!,–—-]/i,
  new RegExp(`^(?:${ORDER_VERBS})\\b(?!-)(?!(?:\\s+[\\w'’-]+)?\\s+(?:${FEATURES}|${DEFECTS})\\b)`, 'i'),
  new RegExp(`^(?:${COMMON_VERBS})\\s+(?:${OBJECTS})\\b(?!.*\\b(?:${DEFECTS})\\b)`, 'i'),
  /^(?:call|text|e-?mail|message|write|phone|ring)\s+(?:\+|\d|at\b|to\b|him\b|her\b|them\b|now\b|today\b|support\b|the (?:support|team|number|hotline))/i,
  // The same in other languages: a label is in English, so no feature begins so.
  /^(?:bitte|kontaktieren|kontaktiere|rufen sie|klicken|klicke|besuchen|kaufen|ignorieren|schreiben sie|achtung)\b/i,
  /^(?:veuillez|contactez|appelez|cliquez|visitez|achetez|ignorez|écrivez)(?!\p{L})/iu,
  /^(?:por favor|contacte|contacta|llame|llama|haga clic|haz clic|visite|compre|ligue|clique|acesse|entre em contato|escriba)(?!\p{L})/iu,
  /^(?:contattate|contatta|chiamate|chiama|cliccate|clicca|visitate|neem contact|bel|klik|bezoek|lütfen|tıklayın|zadzwoń|kliknij)(?!\p{L})/iu,
];
