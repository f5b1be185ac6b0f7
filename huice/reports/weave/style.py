"""How the page looks, on a screen and on paper."""

STYLE = """
:root{--ink:#1f2933;--soft:#52606d;--line:#d9e2ec;--blue:#1f4e79;--pale:#f4f7fa;--paper:#fbfaf6;--amber:#b7791f}
*{box-sizing:border-box}
body{font:.94rem/1.65 "Noto Sans SC","Noto Sans CJK SC","Microsoft YaHei","PingFang SC",system-ui,sans-serif;
color:var(--ink);background:#fff;margin:0 auto;padding:2.2rem 1.8rem 3rem;max-width:62rem}
body.beside{max-width:86rem}
h1{font-size:1.75rem;line-height:1.3;margin:0 0 .8rem;letter-spacing:.01em}
h2,h3,h4{line-height:1.4}
header{border-bottom:3px double var(--blue);padding-bottom:1rem;margin-bottom:1.2rem}
p{margin:.15rem 0}a{color:var(--blue);text-decoration:none;border-bottom:1px dotted #9fb3c8}
.numbers{color:var(--soft);font-size:.9rem;display:flex;flex-wrap:wrap;gap:.3rem 1.6rem;margin:.9rem 0 0}
.numbers b{color:var(--blue);font-size:1.3rem;font-variant-numeric:tabular-nums}
h2{font-size:1.2rem;color:var(--blue);margin:2.4rem 0 .6rem}
h2.item,h3.item,h4.item{border-top:1px solid var(--line);padding-top:.7rem;margin:1.8rem 0 .5rem;font-weight:600}
h2.item{font-size:1.2rem;border-top:2px solid var(--blue)}h3.item{font-size:1.05rem}h4.item{font-size:1rem}
.item b{color:var(--blue);margin-right:.3em}
.item.omitted{color:var(--soft)}.item.omitted b{color:var(--soft)}
.chip{font-size:.75rem;font-weight:400;border:1px solid #9fb3c8;border-radius:1em;padding:.05em .7em;color:var(--soft);
margin-left:.5em;vertical-align:.1em}
.bad .chip,.wrong{color:#b42318;border-color:#b42318}
.pair{display:grid;grid-template-columns:minmax(0,5fr) minmax(0,8fr);gap:0 1.8rem;align-items:start}
#columns{position:sticky;top:0;background:#fff;z-index:1;color:var(--soft);font-size:.85rem;
border-bottom:1px solid var(--line);padding:.45rem 0;margin-top:2rem}
.official{font-family:"Noto Serif CJK SC","Noto Serif SC",FangSong,"STFangsong",SimSun,serif;background:var(--paper);
border-left:3px solid #d8c9a3;padding:.5rem 1rem .6rem;font-size:.97rem;line-height:1.85;text-align:justify}
.pair>.official{position:sticky;top:2.6rem}
.official p{text-indent:2em;margin:.1rem 0}.official p.caption{text-indent:0;font-family:inherit}
.official:empty{background:none;border:0}
.caption{color:var(--soft);font-size:.8rem}
article{border:1px solid var(--line);border-radius:5px;padding:.7rem 1rem .8rem;margin:0 0 .9rem;
break-inside:avoid-page}
article h4{margin:0 0 .35rem;font-size:1.02rem;display:flex;align-items:baseline;gap:.6em;flex-wrap:wrap}
article h4 small{background:var(--blue);color:#fff;font-weight:400;font-size:.72rem;border-radius:3px;
padding:.1em .55em}
article.duty h4 small,article.target h4 small{background:#52796f}
article.define h4 small,article.table h4 small,article.parameter h4 small,article.fund h4 small,
article.property h4 small{background:#829ab1}
article h4 code{color:#829ab1;font-size:.78rem;font-weight:400;margin-left:auto}
dl{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:.1rem .9rem;margin:.2rem 0}
header dl{grid-template-columns:max-content 1fr max-content 1fr;max-width:56rem}
dt{color:var(--soft);font-size:.88rem;padding-top:.14rem}dd{margin:0}
aside{border-left:3px solid var(--amber);background:#fffaf0;padding:.4rem .9rem;margin:.6rem 0;font-size:.9rem}
aside b{color:var(--amber);font-size:.82rem}aside ul{margin:.1rem 0;padding-left:1.2em}
.example{background:#f0f7f2;border-left:3px solid #52796f;padding:.4rem .9rem;margin:.6rem 0;font-size:.9rem}
.example>b{color:#52796f;font-size:.82rem}.example i{font-style:normal;color:var(--soft)}
.example .paid{font-weight:600;font-variant-numeric:tabular-nums}
blockquote{margin:.5rem 0;padding:.3rem .9rem;border-left:3px solid #d8c9a3;background:var(--paper)}
blockquote b{font-size:.8rem;color:#8a7340}
.reason,.named{color:var(--soft);font-size:.92rem}
code,pre{font-family:"JetBrains Mono","Cascadia Code",Consolas,"Noto Sans Mono CJK SC",monospace}
pre{font-size:.8rem;line-height:1.6;background:var(--pale);border-radius:4px;margin:.6rem 0 0;padding:.55rem .9rem;
white-space:pre-wrap;overflow-wrap:anywhere}
pre b{font-weight:600;color:var(--blue)}pre i{font-style:normal;color:#2f6f4f}pre u{text-decoration:none;color:#9c4221}
pre s{text-decoration:none;color:#829ab1}
table{border-collapse:collapse;width:100%;font-size:.92rem}
th,td{text-align:left;vertical-align:top;padding:.35rem .7rem .35rem 0;border-bottom:1px solid var(--line)}
td:nth-child(3){min-width:11em}
th{color:var(--soft);font-weight:400;font-size:.85rem;border-bottom:1px solid #9fb3c8;white-space:nowrap}
td:first-child,td:nth-child(2),td:last-child{white-space:nowrap}
.cases ol{columns:2;column-gap:2.5rem;font-size:.9rem;padding-left:1.8em}.cases li{break-inside:avoid}
footer{margin-top:2.5rem;padding-top:.6rem;border-top:1px solid var(--line);color:var(--soft);font-size:.85rem}
@media(max-width:46rem){.pair{grid-template-columns:1fr}.cases ol{columns:1}
header dl{grid-template-columns:max-content 1fr}
td:first-child,td:nth-child(2),td:last-child{white-space:normal}}
@media print{html{font-size:11px}body,body.beside{max-width:none;padding:0}#columns,.pair>.official{position:static}
h2,h3,h4{break-after:avoid}a{color:inherit;border:0}*{print-color-adjust:exact;-webkit-print-color-adjust:exact}
body.beside{page:wide}@page{size:A4;margin:14mm 13mm}@page wide{size:A4 landscape}}
"""
