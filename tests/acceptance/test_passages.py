"""Passages of Jining's notice that no standard policy pays by days: written as a drafter would, worked out by hand.

60% of 1730 a month for at most 60 of 75 days (two months) is 2076; 2021-02-28 is within a year of 2020-02-29.
"""

from __future__ import annotations

from compiler.cases.run import run_cases
from compiler.evaluate import evaluate
from compiler.pipeline import compile_program
from lang.program import load
from lang.source import Source

PASSAGES = """政策 jining_two 「两段试编」
  施行 2020年1月1日 至 2021年12月31日
  资金 援助资金
资金来源 援助资金
类别 等级：初级 “junior”、中级 “middle”、高级 “senior”
台账 人员 “person”
  栏目 签订合同日 “signed on”：日期
  栏目 取证日 “certified on”：日期
  栏目 证书等级 “level”：等级
  栏目 核定金额 “assessed”：金额
  栏目 培训时长 “training”：时长
  栏目 以工代训 “worked training”：时长
  栏目 参保 “insured”：是否 逐月
  栏目 用人单位 “employer”：企业
台账 企业 “enterprise”
标准 最低工资 “minimum wage”：月标准
  自 2018 年 6 月 1 日：1730元/月
标准表 等级上限 “cap” 按 level
  初级 → 1000元
  中级 → 1500元
  高级 → 2000元
条款 吸纳补贴 “hiring” 依据 “四（一）2”
  对象 人员
  参保 满 1年 → 一次性 6000元 付给 用人单位
条款 培训补贴 “course” 依据 “四（二）3”
  对象 人员 其中 取证日 在 签订合同日 起 1年内 且 自 取证日 满 0天
  一律 → 一次性 核定金额 最高 等级上限[证书等级]
条款 培训生活补贴 “living” 依据 “四（二）3”
  对象 人员 其中 取证日 在 签订合同日 起 1年内 且 自 取证日 满 0天
  一律 → 一次性 最低工资 × 60% ×（培训时长 最高 60天）
条款 以工代训补贴 “work_training” 依据 “四（二）4”
  对象 人员
  以工代训 不少于 30天 → 一次性 1000元 付给 用人单位
案例 “满一年并取证”
  人员 p1
    签订合同日 = 2020年2月29日，取证日 = 2021年2月28日，证书等级 = 中级，核定金额 = 1800元
    培训时长 = 75天，以工代训 = 1个月，用人单位 = e1
    参保 = 是 自 2020年2月 至 2021年3月
  人员 p2
    以工代训 = 29天
  企业 e1
  预期 吸纳补贴 发放 p1 6000元 在 2021年1月 付给 e1
  预期 培训补贴 发放 p1 1500元 在 2021年2月
  预期 培训生活补贴 发放 p1 2076元 在 2021年2月
  预期 以工代训补贴 发放 p1 1000元 在 2020年1月
  预期 以工代训补贴 不发放 p2
"""


def test_training_counted_in_days_within_a_year_of_the_contract() -> None:
    program, findings = load(Source(PASSAGES, "passages"))
    assert program is not None, findings
    compiled, diagnostics = compile_program(program)
    assert compiled is not None, diagnostics
    assert [
        (case.status, case.text("en")) for case in run_cases(program, compiled, evaluate) if case.status != "passed"
    ] == []
