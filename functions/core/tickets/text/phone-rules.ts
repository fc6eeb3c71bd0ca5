/** Groups of digits that may be a telephone number. */
export type Numbers = {
  readonly digits: string;
  /** How many digits each group has. */
  readonly sizes: readonly number[];
  /** What stands between the groups, and an opening bracket before the first. */
  readonly separators: string;
  readonly hasPlus: boolean;
};

/** Words before a number that make it one to call. */
const CALL =
  /(?:phone|(?<!\p{L})tel(?:\.|efon\p{L}*|éfono|efone|efono)?|t[ée]l[ée]phone|(?<!\p{L})(?:call|cell|mobile?|mob|fax|sms|ring|reach|text|gsm|handy|ruf|rufen|anruf\p{L}*|rückruf|nummer|appele[rz]|portable|joindre|m[óo]vil|celular|llam\p{L}*|ll[áa]me\p{L}*|n[úu]mero|lig\p{L}{1,3}|chiam\p{L}*|cellulare|bel(?:len)?|ara(?:yın)?|cep|numara\p{L}*|тел|телефон\p{L}*|звон\p{L}*|номер)(?!\p{L})|whats\s?app|signal|contact|helpline|hotline|toll[\s-]?free|customer care|my number|電話|电话|手机|手機|携帯|전화)[^\n\d]{0,24}$/iu;
/** Words before a number that make it something else. */
const NAMED =
  /(?:#|(?<!\p{L})(?:orders?|ticket|invoice|case|refs?|reference|build|error|errno|code|serial|version|bug|kb|sku|isbn|ean|imei|article|artikel|ids?|uid|pid|transaction|tracking|parcel|shipment|customer|user|profile|crash|line|port|issue|request|policy|contract|booking|receipt|bestell\p{L}*|rechnung\p{L}*|kunden\p{L}*|auftrag\p{L}*|vorgang\p{L}*|fehler\p{L}*|vertrag\p{L}*|sendung\p{L}*|factura|pedido|caso|commande|facture|dossier|ordine|fattura|pratica|factuur|bestelling|sipari[sş]\p{L}*|fatura|заказ\p{L}*|счёт|счет|ошибк\p{L}*|error code|account)(?!\p{L}))[\s.:#№°º=(_-]{0,4}(?:(?:number|numbers|no|nr|num|id|code|is|was|nummer|número|numero|n)[\s.:#№°º=(_-]{1,4}){0,2}$/iu;

/** Groups as they are usual where there is no zero in front; each with the digits it may begin with. */
const GROUPINGS: readonly { readonly sizes: string; readonly begins: RegExp }[] = [
  { sizes: '3,3,4', begins: /^[2-9]/ },
  { sizes: '1,3,3,4', begins: /^[178]/ },
  { sizes: '1,3,3,2,2', begins: /^[78]/ },
  { sizes: '3,3,2,2', begins: /^[5-9]/ },
  { sizes: '3,7', begins: /^(?:[2-9]\d\d[2-9]|3[2-9])/ },
  { sizes: '3,4,4', begins: /^1[3-9]/ },
  { sizes: '3,3,3', begins: /^[5-9]/ },
  { sizes: '3,2,2,2', begins: /^[5-9]/ },
  { sizes: '5,5', begins: /^[6-9]/ },
  { sizes: '2,5,4', begins: /^[1-9][1-9]9/ },
  { sizes: '2,4,4', begins: /^[1-9]\d[2-9]/ },
  { sizes: '4,3,3', begins: /^1[38]00/ },
  { sizes: '1,4,3,3', begins: /^1[38]00/ },
];

/** Whether groups of digits are a telephone number, by themselves and by what stands before them. */
export function isPhone(numbers: Numbers, before: string): boolean {
  const { digits, hasPlus, separators } = numbers;
  const count = digits.length;
  if (isTwo(numbers)) return false;
  if (hasPlus) return count <= 15;
  // Nothing has been called by as many equal digits, and a year or two are no number.
  if (/^(\d)\1+$/.test(digits) && !CALL.test(before)) return false;
  if (separators.includes('(') && hasArea(numbers)) return true;
  if (NAMED.test(before)) return false;
  if (/^00[1-9]/.test(digits) && count >= 10 && count <= 17) return true;
  if (isTrunk(numbers)) return true;
  if (isGrouped(numbers)) return true;
  return count <= 15 && CALL.test(before) && numbers.sizes.every((size) => size >= 2 || count > 8);
}

/** A stroke between spaces stands between two numbers, unless it is behind an area at home: `030 / 1234567`. */
function isTwo({ digits, sizes, separators, hasPlus }: Numbers): boolean {
  if (!/\s\/\s/.test(separators)) return false;
  return (
    hasPlus || !/^0[1-9]/.test(digits) || (sizes[0] ?? 0) > 6 || /\S\s\/|.\s\/\s|\s\/\s.*\//.test(separators)
  );
}

/** An area in brackets, with the rest of the number in groups of two and more. */
function hasArea({ digits, sizes, separators }: Numbers): boolean {
  if (!separators.includes(')') || digits.length > 13) return false;
  return sizes.length >= 2 && sizes.slice(-1).every((size) => size >= 2);
}

/** A zero in front, as in most of the world: `030 1234567`, `06-12 34 56 78`, `0171/2345678`, `01711234567`. */
function isTrunk({ digits, sizes, separators }: Numbers): boolean {
  const count = digits.length;
  if (!/^0[1-9]/.test(digits) || count < 9 || count > 12) return false;
  if (sizes.length === 1) return count === 10 || count === 11;
  const [area = 0, ...rest] = sizes;
  if (/^[ \u00A0]?[.][\d.]*$/.test(separators) && sizes.length === 2) return false;
  return (area >= 2 || digits.length === 11) && area <= 6 && rest.every((size) => size >= 2);
}

/** Groups that only telephone numbers have. A number with points for thousands is none. */
function isGrouped({ digits, sizes, separators }: Numbers): boolean {
  const isThousands =
    sizes.length > 1 && sizes.slice(1).every((size) => size === 3) && /^[.\u202F]+$/.test(separators);
  if (isThousands) return false;
  const written = sizes.join(',');
  return GROUPINGS.some((grouping) => grouping.sizes === written && grouping.begins.test(digits));
}
