/** Up to so many characters between two parts of a phrase, all in one sentence. */
const near = (characters: number) => `[^.!?。！？]{0,${characters}}?`;
const phrase = (...parts: readonly string[]) => new RegExp(parts.join(''), 'u');
const START = String.raw`(?<!\p{L})`;

/** What someone is told to pass over, and what of it: both are needed, since people ignore and forget much else. */
const OVERRIDES: readonly RegExp[] = [
  phrase(
    `${START}(?:ignore|disregard|forget|override|bypass|skip|discard|neglect|drop|stop following|do not (?:follow|obey)|don't (?:follow|obey))`,
    near(40),
    '(?:previous|prior|above|earlier|preceding|foregoing|system|original|initial|all|any|your|these|those)',
    near(30),
    '(?:instructions?|prompts?|directives?|guidelines|guardrails|orders given|system message|programming)',
  ),
  phrase(
    `${START}(?:ignore|disregard|forget)`,
    near(12),
    '(?:everything|all) (?:above|before|you (?:were|have been|know)|that (?:came|was said) before|prior|i said)',
  ),
  phrase(
    `${START}(?:ignorier|missacht|vergiss)\\p{L}* (?:bitte )?(?:alle|die|deine|ihre|samtliche)`,
    near(20),
    '(?:anweisung|instruktion|vorgabe|befehl|prompt)',
  ),
  phrase(
    `${START}(?:ignorier|vergiss|vergess|missacht|ubergeh|uberschreib)\\p{L}*`,
    near(40),
    '(?:vorherig|bisherig|obig|vorangegangen|vorangehend|fruher|alle|system|deine|ihre)\\p{L}*',
    near(30),
    '(?:anweisung|instruktion|vorgabe|befehl|prompt|anleitung|regeln)',
  ),
  phrase(
    `${START}(?:ignore[zr]?|oublie[zr]?|neglige[zr]?|ne tiens? pas compte|ne tenez pas compte|fais abstraction|faites abstraction)`,
    near(40),
    '(?:instruction|consigne|directive|invite systeme|prompt|ordres)',
  ),
  phrase(
    `${START}(?:ignor[ae]d?|ignorar|olvid[ae]|olvidar|omite|descarta|haz caso omiso|no hagas caso)`,
    near(40),
    '(?:instruccion|indicacion|directri|ordenes|prompt)',
  ),
  phrase(
    `${START}(?:ignor[ea]r?|esquec[ae]r?|desconsider[ea]r?|descart[ea]r?)`,
    near(40),
    '(?:instruco|instrucao|orientaco|diretri|comandos|prompt)',
  ),
  phrase(
    `${START}(?:ignor[aie]\\p{L}{0,3}|dimentic\\p{L}{1,4}|trascur\\p{L}{1,4}|non considerare)`,
    near(40),
    '(?:istruzion|direttiv|indicazion|comandi|prompt)',
  ),
  phrase(
    `${START}(?:negeer|vergeet|sla .{0,20} over)`,
    near(40),
    '(?:instructie|aanwijzing|richtlijn|opdracht|prompt)',
  ),
  phrase(
    `${START}(?:onceki|yukaridaki|tum|butun|sistem)`,
    near(40),
    '(?:talimat|yonerge|komut|prompt|istem)\\p{L}*',
    near(30),
    '(?:yok say|gormezden gel|unut|dikkate alma|goz ardi et|gec)',
  ),
  phrase(
    `${START}(?:zignoruj|ignoruj|pomin|zapomnij)\\p{L}*`,
    near(40),
    '(?:instrukcj|polecen|wytyczn|pokyn|instrukc|prikaz|prompt)',
  ),
  phrase(
    `${START}(?:игнорируй|проигнорируй|забудь|не обращай внимания|отмени|не следуй)\\p{L}*`,
    near(40),
    '(?:инструкци|указани|команд|правил|промпт|распоряжени)',
  ),
  phrase(
    '(?:以前|前|上記|これまで|すべて|全て|システム)',
    near(20),
    '(?:指示|命令|プロンプト|指令|ルール)',
    near(12),
    '(?:無視|忘れ|従わな|破棄)',
  ),
  phrase(
    '(?:忽略|无视|無視|忘记|忘記|不要理会|忘掉|跳过)',
    near(20),
    '(?:指令|指示|提示|命令|规则|規則|说明)',
  ),
  phrase('(?:이전|위의|모든|앞의)', near(20), '(?:지시|명령|프롬프트)', near(12), '(?:무시|잊)'),
  phrase('(?:تجاهل|انس|تجاوز)', near(30), '(?:التعليمات|الأوامر|التوجيهات)'),
  phrase('(?:अनदेखा|नज़रअंदाज़|भूल)', near(30), '(?:निर्देश)|(?:निर्देश)\\p{L}*', near(20), '(?:अनदेखा|नज़रअंदाज़|भूल)'),
];

/** Told how to rate: the field and the value, with a verb of command or in the form of an answer. */
const RATINGS: readonly RegExp[] = [
  phrase(
    `${START}(?:mark|set|classify|rate|label|flag|treat|categori[sz]e|report|assign|output|return|give|score|tag)`,
    near(30),
    '(?:ticket|severity|priority|message|issue|request|this|it)',
    near(30),
    '(?:as|to|is|=|:|severity|priority)',
    near(12),
    `${START}(?:critical|highest|severity ?(?:1|critical)|sev-?1|p1 incident)(?!\\p{L})`,
  ),
  /["']?severity["']? ?(?:=|:|to|is|must be|should be|shall be) ?["']?(?:critical|high)(?!\p{L})/u,
  /["']?(?:suspected_injection|churn_risk|contains_pii|product_area)["']? ?(?:=|:|to|is) ?["']?[a-z]/u,
  phrase(
    `${START}(?:markier|stuf|setz|klassifizier|bewert|kennzeichne)\\p{L}*`,
    near(50),
    '(?:schweregrad|dringlichkeit|severity|prioritat|ticket|als)',
    near(30),
    '(?:kritisch|critical)',
  ),
  phrase(
    `${START}(?:marque|classe|defini|evalue|regle|considere)\\p{L}*`,
    near(50),
    '(?:gravite|severite|priorite|ticket|comme)',
    near(30),
    '(?:critique|critical)',
  ),
  phrase(
    `${START}(?:marca|clasifica|establece|pon|configura|classifi|define|defina|imposta|contrassegna|segna)\\p{L}*`,
    near(50),
    '(?:gravedad|severidad|prioridad|ticket|gravidade|severidade|prioridade|gravita|priorita|severita|como|come)',
    near(30),
    '(?:critic[oa]|critical)',
  ),
  phrase(
    `${START}(?:markeer|stel|classificeer|zet)\\p{L}*`,
    near(50),
    '(?:ernst|prioriteit|ticket|severity|als)',
    near(30),
    '(?:kritiek|critical)',
  ),
  phrase(
    '(?:onem|oncelik|ciddiyet|severity|bilet|talep|kayd)\\p{L}*',
    near(40),
    '(?:kritik|critical)',
    near(20),
    '(?:isaretle|ayarla|yap|belirle|olarak)',
  ),
  phrase(
    `${START}(?:отметь|пометь|установи|присвой|классифицируй|поставь)\\p{L}*`,
    near(50),
    '(?:критич|critical|критическ)',
  ),
  phrase(
    '(?:重要度|深刻度|優先度|severity|チケット)',
    near(20),
    '(?:critical|クリティカル|緊急|最高|重大|致命的)',
    near(16),
    '(?:に設定|にしろ|にして|とし|と分類|に分類)',
  ),
  phrase(
    '(?:标记|標記|设置|設置|设为|設為|归类|评为|列为)',
    near(24),
    '(?:critical|严重|嚴重|紧急|危急|最高)',
  ),
  phrase(
    '(?:严重性|严重程度|優先級|优先级|严重级别)',
    near(12),
    '(?:标记|设置|设为|设定|定为|改为)',
    near(8),
    '(?:critical|严重|紧急|危急|最高)',
  ),
];

/** Words to a model, about it or in its own marks: no customer writes so to a support desk. */
const ADDRESSES: readonly RegExp[] = [
  /<\|?\/?(?:im_start|im_end|system|endoftext|start_header_id)\|?>|\[\/?inst\]|<<\/?sys>>|<\/?(?:ticket|system_prompt|instructions|untrusted)>|\\u003c\/ticket/u,
  /(?:^|\n|[.!?>\])}|] ?)(?:system|assistant|developer)(?: (?:message|prompt|override|note|instruction|update))? ?[:>\]] ?(?:you|ignore|the |set|new|always|from|please|respond|override|mark|classify|all|disregard|this)/u,
  phrase(
    `${START}(?:reveal|print|output|show|repeat|display|leak|dump|reproduce|tell me|give me|send me|include|write out)`,
    near(30),
    '(?:system prompt|hidden (?:prompt|instructions)|initial (?:prompt|instructions)|your (?:system )?(?:prompt|instructions)|prompt above|instructions above)',
  ),
  phrase(
    '(?:system-?prompt|systemprompt|systemanweisung|invite systeme|prompt systeme|prompt du systeme|prompt del sistema|prompt do sistema|prompt di sistema|systeemprompt|sistem (?:istemi|komutu|promptu)|системн\\p{L}{2,3} промпт|システムプロンプト|系统提示|系統提示|시스템 프롬프트)',
  ),
  phrase(
    `${START}(?:you are|you're|act as|pretend (?:to be|you are)|roleplay as|behave as|from now on,? you)`,
    near(20),
    '(?:now (?:an? (?:\\p{L}{1,20} ){0,2}(?:ai|assistant|bot|model|llm|agent|hacker)|dan|(?:in )?(?:developer|debug|god|admin|jailbreak) mode|unrestricted|free from|no longer bound)(?!\\p{L})|an? (?:unrestricted|jailbroken|different|evil|helpful assistant|ai|language model|llm)|developer mode|no longer (?:bound|an? (?:ai|assistant|bot|model|llm)))',
  ),
  phrase(
    `${START}(?:note|message|instruction|attention|hint|hello|dear|hey|to|for)s?`,
    ` ?(?:to|for)? ?(?:the|any|all|every)? ?(?:ai|a\\.i\\.|llm|language model|claude|chatgpt|gpt|classifier|triage (?:model|bot|ai|system)|automated (?:system|classifier|triage))(?: (?:model|assistant|system|agent|reading|processing|that|which|classifying|analy[sz]ing|reviewing|:))`,
  ),
  phrase(
    `${START}(?:ai|llm|claude|chatgpt|language model|classifier|assistant)s?,? `,
    '(?:must|should|shall|will now|you must|you should|please|are instructed to|is instructed to|:)',
    near(30),
    `${START}(?:mark|set|classify|rate|ignore|output|respond|return|treat|report|reveal|answer|reply)`,
  ),
  phrase(
    `${START}(?:if you are|als|si (?:eres|tu es|vous etes)|se (?:sei|voce e)|wenn du|falls du)`,
    near(12),
    '(?:an? (?:ai|llm|language model|bot|automated)|une ia|una ia|uma ia|eine ki|ein sprachmodell|taalmodel|sprachmodell)',
  ),
  phrase(
    `${START}(?:respond|reply|answer|output)`,
    near(12),
    '(?:only|exactly|solely|nothing but|with the (?:word|text|json|following json))',
    near(24),
    '(?:json|word|phrase|"|\\{|pwned|hacked|yes|critical)',
  ),
  phrase(
    '(?:new|updated|revised|additional|real|actual|secret|important) (?:system )?(?:instructions?|directives?|prompt) ?(?::|-|follow|for you|are)',
  ),
  phrase(
    '(?:neue|nouvelles|nuevas|novas|nuove|nieuwe|yeni|новые|新しい|新的) ?(?:anweisung|instruction|instruccion|instruco|istruzion|instructie|talimat|инструкци|指示|指令)\\p{L}* ?[:：]',
  ),
  /(?<!\p{L})(?:jailbreak|prompt[ -]injection|developer mode (?:enabled|on)|do anything now|god mode enabled)(?!\p{L})/u,
  /(?:end|begin|start) of (?:ticket|user input|system prompt|untrusted|data)|(?<!-)-{3,40} ?(?:end|begin) (?:ticket|system|instructions?)/u,
];

/** Phrases that instruct a model, for text in lower case, without accents and with single spaces. */
export const CUES: readonly RegExp[] = [...OVERRIDES, ...RATINGS, ...ADDRESSES];
