"""The words of a letter, in both languages."""

from __future__ import annotations

from collections.abc import Mapping

from lang.diagnostics import Language

Words = Mapping[str, str]
LETTER: Mapping[Language, Words] = {
    "zh": {
        "title paid": "补贴核定告知书",
        "title not paid": "不予发放告知书",
        "title refused": "不予发放告知书",
        "title undetermined": "补充材料告知书",
        "title several": "补贴核定告知书",
        "number": "编号：",
        "dear": "{whom}：",
        "opening": "根据{policy}，经审核，现将核定结果告知如下。",
        "paid": "符合规定条件，予以发放。",
        "not paid": "不符合规定条件，不予发放。",
        "refused": "虽符合规定条件，但因下列原因不予发放。",
        "undetermined": "因缺少下列材料，暂不能核定。请补充后再行核定。",
        "item": "依据条款",
        "decision": "核定结果",
        "month": "审核月份",
        "amount": "核定金额",
        "once": "{month}，{amount} 元（大写：{capital}）",
        "spell": "{first} 至 {last}，每月 {amount} 元，共 {count} 个月，合计 {total} 元（大写：{capital}）",
        "several amounts": "{first} 至 {last}，共 {count} 笔，合计 {total} 元（大写：{capital}）",
        "due": "兑付月份",
        "due from": "自 {first} 起",
        "payee": "收款方",
        "payee self": "本人（单位）",
        "payee other": "{entity}（按条款规定）",
        "payee unknown": "待确定",
        "fund": "资金来源",
        "quotation": "条款原文",
        "facts": "核定所依据的情况",
        "condition": "规定条件",
        "holds": "是否符合",
        "found": "查明情况",
        "yes": "符合",
        "no": "不符合",
        "open": "待查明",
        "missing": "需补充的材料（信息）",
        "of another": "其他相关对象的{name}",
        "parameter": "{name}（由主管部门确定）",
        "distance": "距离符合条件尚差",
        "lacks": "{condition}：尚差 {lacks}",
        "change": "如下列情况属实并有证明材料，即符合发放条件（所需变动最小的一种情形）",
        "set": "“{fact}”为“{value}”",
        "set for": "“{fact}”为“{value}”（{months}）",
        "appeal": "对本告知内容有异议的，可持本告知书及有关证明材料向经办机构申请复核。",
        "office": "经办机构（盖章）",
        "date": "　　　　年　　月　　日",
        "made": "本告知书依据政策程序 {name}（校验码 {digest}）自动核定生成，未载明其他人员信息。",
        "semicolon": "；",
    },
    "en": {
        "title paid": "Notice of Determination",
        "title not paid": "Notice of Refusal",
        "title refused": "Notice of Refusal",
        "title undetermined": "Request for Further Information",
        "title several": "Notice of Determination",
        "number": "Ref. no.:",
        "dear": "To: {whom}",
        "opening": "Your case has been examined under {policy}. The result is as follows.",
        "paid": "The conditions are met. The grant is awarded.",
        "not paid": "The conditions are not met. The grant is not awarded.",
        "refused": "The conditions are met, but the grant is not awarded for the reason given below.",
        "undetermined": "A decision is not possible yet, because the information listed below is missing.",
        "item": "Provision",
        "decision": "Decision",
        "month": "Month examined",
        "amount": "Amount",
        "once": "{amount} yuan, for {month}",
        "spell": "{amount} yuan a month from {first} to {last}, {count} months, {total} yuan in all",
        "several amounts": "{count} payments from {first} to {last}, {total} yuan in all",
        "due": "Payable",
        "due from": "from {first}",
        "payee": "Paid to",
        "payee self": "the applicant",
        "payee other": "the {entity}, as the provision says",
        "payee unknown": "to be determined",
        "fund": "Fund",
        "quotation": "Text of the provision",
        "facts": "Facts on which the decision rests",
        "condition": "Condition",
        "holds": "Met",
        "found": "Established",
        "yes": "yes",
        "no": "no",
        "open": "not known",
        "missing": "Information required",
        "of another": "{name} of another person or body concerned",
        "parameter": "{name} (to be set by the authority)",
        "distance": "What is lacking",
        "lacks": "{condition}: {lacks} more",
        "change": "The conditions would be met if the following were the case and could be shown (the smallest change)",
        "set": "{fact}: {value}",
        "set for": "{fact}: {value} ({months})",
        "appeal": "If you do not agree, you may apply to the office for a review, with this notice and any evidence.",
        "office": "Office (seal)",
        "date": "Date: ____________________",
        "made": "Determined by the policy program {name} (checksum {digest}); holds no data of other persons.",
        "semicolon": "; ",
    },
}
STYLE = """
@page { size: A4; margin: 22mm 24mm 16mm 24mm; }
* { box-sizing: border-box; }
body { margin: 0; background: #fff; color: #111; font-size: 12pt; line-height: 1.6;
  font-family: "FangSong", "STFangsong", "仿宋_GB2312", "SimSun", "Songti SC", "Noto Serif CJK SC",
    "Source Han Serif SC", "Noto Sans CJK SC", "WenQuanYi Zen Hei", serif; }
:lang(en) body, body:lang(en) { font-family: "Times New Roman", "Liberation Serif", "Noto Serif", "SimSun",
    "Noto Serif CJK SC", "Noto Sans CJK SC", serif; line-height: 1.5; }
main { max-width: 162mm; margin: 0 auto; padding: 0; }
@media screen { body { background: #eceae6; } main { background: #fff; max-width: 210mm; min-height: 297mm;
  margin: 8mm auto; padding: 26mm 24mm 22mm; box-shadow: 0 1px 6px rgba(0,0,0,.25); } }
header { text-align: center; border-bottom: 2.2pt solid #b3141b; padding-bottom: 4mm; margin-bottom: 5mm; }
header .policy { color: #b3141b; font-size: 15pt; font-weight: bold; letter-spacing: .04em; }
h1 { font-size: 21pt; letter-spacing: .22em; margin: 3mm 0 0; font-weight: bold; text-indent: .22em; }
:lang(en) h1 { letter-spacing: .02em; text-indent: 0; }
.number { text-align: right; margin: 0 0 2mm; }
.number span { display: inline-block; min-width: 38mm; border-bottom: .6pt solid #444; }
.dear { margin: 0 0 2mm; font-weight: bold; }
p.body { text-indent: 2em; margin: 0 0 3mm; }
:lang(en) p.body { text-indent: 0; }
section { margin: 0 0 5mm; }
h2 { font-size: 13.5pt; margin: 0 0 2mm; }
h3 { font-size: 12pt; margin: 3mm 0 1mm; break-after: avoid; }
table { width: 100%; border-collapse: collapse; font-size: 11pt; line-height: 1.55; }
th, td { border: .7pt solid #555; padding: 1mm 2.6mm; text-align: left; vertical-align: top; }
th { font-weight: bold; background: #f5f3ef; }
table.result th { width: 27mm; white-space: nowrap; }
table.facts td:nth-child(2), table.facts th:nth-child(2) { width: 22mm; text-align: center; white-space: nowrap; }
table.facts td:nth-child(3), table.facts th:nth-child(3) { width: 42mm; }
tr { break-inside: avoid; }
table.result tr:nth-child(2) td { font-weight: bold; }
blockquote { margin: 0; padding: 1.5mm 4mm; border-left: 1.6pt solid #b3141b; font-size: 11pt; white-space: pre-line; }
ul { margin: 0; padding-left: 7mm; } li { margin: .6mm 0; }
.sign { margin-top: 8mm; text-align: right; line-height: 2; break-inside: avoid; }
.sign div { display: inline-block; text-align: center; min-width: 62mm; }
footer { margin-top: 7mm; padding-top: 2mm; border-top: .6pt solid #999; font-size: 8.5pt; color: #555;
  line-height: 1.5; }
"""
