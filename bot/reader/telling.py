"""Cues for telling and pushing: takeover, directive, advice, confront and information."""

from __future__ import annotations

from ..talk.codebook import Code
from .asking import TELL_ME
from .cue import FIRM, LEAN, STRONG, cues

_I_WILL = (
    r"(?:i'll|i will|i'm going to|i am going to|let me|i'd better|why don't i|how about i|shall i|i'm gonna|"
    r"i want to|i could|i think i'll|i might|"
    r"i've already|i have already|it's best if i|you and i'll|if i) (?:just |personally |go ahead and |simply |"
    r"probably |be the one to |already |then |also )*"
)
_ACTING = (
    r"(?:call(?! you\b)|calling|ring(?! you\b)|phone(?! you\b)|text(?! you\b)|fly|"
    r"drive over|take (?:it|this|that|over|the|him|her|them)|handle|run (?:it|"
    r"this|the)|lead|join|"
    r"come (?:in|along|out|over|to|with)|step in|jump (?:in|on)|talk (?:to|with)(?! you)|speak (?:to|with)(?! you)|"
    r"meet (?:with )?(?!you)|email(?! you)|emailed|"
    r"write (?:to(?! you)|it|the)|reach out|contact|sort|fix|own|deal with|present|negotiate|close|do (?:it|this|"
    r"that|the (?:talking|rest|demo|deal))|"
    r"go (?:in|over|see|and see|to|with|direct|straight)|sit in|get (?:him|her|them|on the phone|the \w+ (?:on|to|"
    r"approved))|pick (?:it|this) up|"
    r"work (?:it|on it)|make the call|have a word|sit down with|set up (?:a|the)|book|arrange|draft|redo|rewrite|"
    r"rebuild|build|put together|"
    r"introduce myself|smooth|drop (?:him|her|them) a|give (?:him|her|them) a (?:ring|call|bell)|reply|answer (?:it|"
    r"that|him|her|them)|decide|front|"
    r"be (?:fronting|leading|running|handling|calling|the one)|sign|chase|rang|agreed|moved|told)"
)
_TASKS = (
    r"(?:send|get|call|ring|phone|update|fill|set|forward|email|book|put|find out|check|schedule|write|bring|make|"
    r"ask|log|finish|"
    r"add|push|chase|pull|move|have (?:it|your|the)|do|give (?:him|her|them|me (?:a|the|your) (?:list|number|date|"
    r"report|update))|"
    r"prepare|confirm|follow up|drop|close|start|stop|let me have|loop|practi[sc]e|copy|cc)"
)
_ORDERS = (
    r"(?:get|send|call|ring|phone|email|update|fill|find|make|set|book|ask|put|write|go|push|stop|don't|give|tell|"
    r"bring|prepare|"
    r"start|check|schedule|keep|stay|have|copy|drop|offer|follow|close|move|focus|read|be|take|use|add|log|lock|"
    r"chase|forget|finish|"
    r"pull|quit|remember|show|come|try|work|build|cut|report|confirm|sort|do|look|pick|clear|clean|hold|leave|never|"
    r"lead|list|raise|"
    r"run|review|reach|submit|speak|talk|block|bump|cc|draft|escalate|expand|hit|hand|invite|meet|note|order|pause|"
    r"plan|present|"
    r"print|rewrite|redo|resend|save|share|slow|spend|stick|switch|sit|visit|wait|qualify|learn|listen|sign|cancel|"
    r"apologise|see|forward|"
    r"fix|answer|pass|let|turn|treat|think|walk)"
)
_WHEN = (
    r"(?:by|before|today|tonight|tomorrow|this (?:week|afternoon|morning|month)|monday|tuesday|wednesday|thursday|"
    r"friday|end of|asap|"
    r"on my desk|right now|straight away|immediately|every)"
)

TELLING_RULES = (
    *cues(
        Code.TAKEOVER, STRONG,
        rf"\b{_I_WILL}{_ACTING}\b(?! you\b)",
        r"\bleave (?:it|this|that|him|her|them|the \w+) (?:with|to) me\b|\bi(?:'ve| have)? got (?:this|"
        r"it)(?: covered)?$",
        r"\btake (?:it|this) (?:from here|off your)\b|\boff your (?:hands|plate)\b|\bdouble[- ]team\b",
        r"\b(?:hand|pass|give|put) (?:it|this|him|her|them|me) (?:over )?(?:to me|through|over to|here)\b",
        r"\bi'm (?:flying|coming|stepping|jumping|taking|calling|meeting|bringing|going in|joining)\b(?! back)",
        r"\bi'll (?:get|have|ask) (?!you\b|back\b)\w+ to\b|\bin your name\b|\binstead of you\b",
        r"\bstep aside\b|\bthat one's mine\b|\bno need for you\b|\bi could just do\b|\bi(?:'d| had) better\b|"
        r"\bwatch me\b",
        r"^(?:i )?(?:already )?(?:rang|emailed|moved|went ahead|called|phoned) (?:the|their|and|your|three|him|her)\b",
        r"\b(?:we'll|we will|you and i(?:'ll| will)?) (?:both |just )?(?:go (?:in|double|and|see|mob)|see (?:him|"
        r"her|them)|double|meet (?:him|her|them)|close|get this sorted)\b",
    ),
    *cues(
        Code.TAKEOVER, FIRM,
        r"\bi'll take\b|\bput me (?:on|through|in)\b|\bi've told\b",
        r"\bmyself\b",
        rf"\band i(?:'ll| will)? {_ACTING}\b(?! you\b)",
        rf"^i(?:'ll| will)\b.*\band {_ACTING}\b(?! you\b)",
    ),
    *cues(
        Code.DIRECTIVE, STRONG,
        r"\bi(?:'m| am)? (?:gonna |going to )?(?:need|want|expect|would like|asking|'d like) you (?:to|in|on)\b|"
        r"\bi'd like you to\b",
        rf"\bi (?:need|want|expect) (?:it|this|that|them|a|the|those|your|to see)\b.{{0,60}}\b{_WHEN}\b|"
        rf"\bi need the\b",
        rf"^(?:can|could|would|will) you (?:please |just |also |maybe )*{_TASKS}\b(?! (?:me )?(?:how|what|why)\b)",
        r"\bmake sure (?:you|it|that|the|he|they)\b|\b(?:no exceptions|no excuses|no more|from now on|"
        r"starting (?:today|now)|without (?:me|my)|report back)\b",
        r"^you (?:must|have to|have got to|'ve got to|will|are to|had better)\b (?!know|see|find|be fine|get there|"
        r"love|like|have|want|need)",
        r"\byou get (?:me|us|them|him|her)\b|\bby (?:close of|end of) (?:business|day|play)\b",
        rf"^{_ORDERS}\b.*\b{_WHEN}\b",
        r"^(?:send|get|give|bring|show|write|forward|email|copy|text) (?:me|us)\b(?! (?:a sense|a feel|an idea|"
        r"the latest|up))|\b(?:to|with) me by\b",
        r"^let's (?:have|get) (?:that|those|the|this|it)\b",
        r"^(?:everyone's|you're|you are) (?:doing|not|shadowing|going)\b",
    ),
    *cues(
        Code.DIRECTIVE, FIRM,
        rf"^(?!{TELL_ME}|go on\b|say more|let me|let us|let's|thank|make sense|tell you|see what|have you|do you|"
        rf"do we|do they|be honest|love)"
        rf"{_ORDERS}\b(?! (?:you|we|they|it's|is|was|i|one|sense) )",
        r"^(?:if not,? )(?:then )?\w+",
        r"^you (?:get|set|call|send|book|ask|go|take|bring|do|start|make|put|write|find|arrange|ring|email|handle|"
        r"run|and \w+ split)\b",
        r"\b(?:please|pls|plz)\b(?!.*\?$)|^no (?:slides|more|discounts?|exceptions)\b",
        r"\b(?:and|then|so|,) (?:get|send|call|ring|bring|write|put|ask|chase|come|fill|show|start|leave|"
        r"report) (?:me|it|him|her|them|the|back|down|and)\b",
    ),
    *cues(
        Code.ADVICE, FIRM,
        r"\b(?:you|we) (?:probably |really |might |may )*(?:need|ought|want|may want|might want) to\b(?!.*\?$)",
        r"\byou (?:should|could|might|may)\b(?! have| not have)|\byou'd (?:be|do|better|best) (?:better|well|best|"
        r"off|wise)\b|\byou(?:'ve| have) got to\b",
        r"\bi(?:'d| would) (?:start|begin|call|go|suggest|recommend|ask|try|push|talk|look|focus|probably|"
        r"definitely|not|send|lead|put|spend|hold|"
        r"wait|stop|get|take|use|drop|offer|keep|have|advise|pick|bring|say you|leave|cut|aim|avoid|map|write)\b",
        r"\b(?:my advice|i suggest|i recommend|i'd advise|if i were you|if it were me|in your (?:shoes|place)|"
        r"the best thing (?:is|to do|you can)|best to|one option)\b",
        r"\bit(?:'s| is| would be| might be|'d be) (?:better|best|worth|wise|smart|safer) (?:to|if|\w+ing)\b|"
        r"\b(?:might|may|would|could) (?:be worth|help|pay|go a long way)\b",
        r"\bone thing to try|\bworth (?:a try|trying|asking|calling|a call|checking|mapping|a look)\b",
        r"\bi think (?:you|we)(?:'d| should| need| ought| could| might)\b|\bwhat works is\b|"
        r"\bit would have been better\b",
        r"^(?:maybe|perhaps|try|next time|consider|when (?:they|he|she) (?:say|says|ask|asks))\b|^try(?:ing)?\b",
        r"\bwe should\b|\byou don't have to\b|\bdon't rely\b|\bmaybe (?:ask|try|send|start|hold|wait|call|get|use)\b",
        r"\bsometimes\b|\bcount to five\b|\bslow down\b|\bstart(?:ing)? with\b",
    ),
    *cues(
        Code.CONFRONT, STRONG,
        r"\byou (?:keep|never|still haven't|still don't|failed|forgot|dropped|blew|messed|screwed|"
        r"let (?:me|us|it|them|him|her)|"
        r"clearly (?:don't|didn't|haven't)|"
        r"obviously|can't keep|don't (?:listen|get it|learn|care)|(?:just |completely )?(?:rolled over|misread|"
        r"embarrassed|ignored))\b(?! your (?:nerve|promises|cool))",
        r"\byou (?:always|should have known|shouldn't have)\b|\byour (?:fault|problem|excuse)\b|\bon your salary\b",
        r"\b(?:not good enough|unacceptable|how could you|disappoint(?:ed|ing)|excuses?|sloppy|lazy|"
        r"what (?:on earth|were you thinking)|or else|careless|naive|"
        r"complacent|embarrass\w*|rookie|trainee|pathetic|ridiculous|amateur|nonsense|a joke|wasting|rot)\b",
        r"\bthat's (?:wrong|not (?:true|selling|a plan|how)|on you|no excuse|an excuse|your fault)\b|^no,? that's\b",
        r"\bi(?:'ve| have)? (?:told|warned) you\b|\bhave i told\b|\bhow many times\b|\bhave to (?:ask|"
        r"tell) you (?:twice|again)\b|\bthis is the (?:second|third|fourth|last)\b",
        r"\bnot happy\b|\bfor (?:god|heaven|christ|goodness)'?s? ?sake\b|\bwake up\b|\bget a grip\b|"
        r"\bpull yourself\b|\bdo your job\b|\byour job is\b",
        r"\bmean to be harsh\b|\bi (?:honestly )?expected (?:more|better)\b|\bi can't believe\b|\bare you even\b|"
        r"\bbest you can do\b|\bdon't give me\b",
        r"\b(?:if this|one more|or i'll|find someone who)\b.*\b(?:again|like this|will|position|conversation)\b|"
        r"\bnobody (?:asked|believes)\b|\boh come on\b|\bmy mother\b",
        r"\bworst\b|\byou (?:didn't|haven't) (?:prepare|bother|listen|even|done)\b|\byou're not (?:listening|"
        r"trying)\b|\beveryone else\b|\bseriously\?",
    ),
    *cues(
        Code.CONFRONT, LEAN,
        r"\bagain\b|\bwith respect\b|\bfrankly\b|\bhonestly\b",
        r"\byou told me\b|\bwhile you were\b|\bit's a hope\b",
    ),
    *cues(
        Code.INFORMATION, FIRM,
        r"\bi(?:'ll| will| can|'m) (?:send|share|forward|get|email|emailing|sending|drop|give|dig out) (?:you|"
        r"it over to you|over|out)\b|\bfor you\b",
        r"\bi(?:'ll| will) (?:send|share) (?:the|a|that)\b(?!.*\b(?:buyer|him|her|them)\b)|"
        r"\bi can get you\b|^sure,? i'll\b",
        r"\bin my experience\b|\bwhen i (?:ran|carried|was|had|sold)\b|\bi used to\b|\bi(?:'ve|"
        r" have) (?:always )?(?:found|seen|heard|noticed)\b",
        r"\bthere(?:'s| is| are| were| was) (?:an?|two|three|four|some|no|another)\b",
        r"^(?:i|we|they|he|she|it|the|our|this|that|their|according|its|it's|legal|finance) (?:\w+ )?(?:think|"
        r"believe|saw|heard|read|noticed|notice|had|has|have|is|are|was|were|"
        r"won|signed|launched|closed|talked|got|said|met|lost|told|spoke|goes|reports|starts|runs|changed|takes|"
        r"want|wants|will have|opened|asked)\b(?!.*\?$)",
        r"\bwe (?:need|want|would like|would both like) (?:to (?:get|win|see)|this)\b|\bi mean(?: that)?\b|"
        r"\bthe way i see it\b|\bmy view\b|\bto me it\b",
        r"\b(?:19|20)\d\d\b|\bpercent\b|\b(?:one|two|three|nine|ten) (?:working )?(?:days|weeks|months|minutes)\b",
        r"\byou (?:used|spoke|went|said)\b.*\b(?:times|minutes|phrase|quiet|when)\b",
    ),
)  # fmt: skip
