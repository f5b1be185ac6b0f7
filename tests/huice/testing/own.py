"""A small policy for these tests, with true and false properties."""

from __future__ import annotations

import huice

TEXT = """
policy trial "试行办法"
  in force 2021-01-01 to 2022-12-31
  paid from aid
fund aid
kind county "县区": near "近县", far "远县"
entity person "人员"
  has poor "脱贫": yes/no
  has home "户籍": county
  has hired on "入职日期": date
  has employed "就业": yes/no monthly
  has wage "工资": money 0 to 100_000 yuan monthly
  has children "子女数": count 0 to 20
  has employer "单位": company
entity company "企业"
  has staff "员工": many person via employer
  has national "国家级": yes/no
clause start "上岗补贴"
  for person where poor and home is near
  employed ≥ 3 months → 3000 yuan once
clause child "子女补贴"
  for person where poor
  children ≥ 2 and wage < 5000 yuan → 100 yuan × children per month for at most 12 months
clause award "吸纳奖补"
  for company where national
  count of staff where (poor and employed) ≥ 3 → 10_000 yuan once
"""
PROPERTIES = """
property holds start for person: total paid by start ≤ 3000 yuan
property holds longer for person: start rises with employed
property holds child for person: total paid by child ≤ 24_000 yuan
property holds award for company: total paid by award ≤ 10_000 yuan
property holds children for person: child rises with children
property holds wage for person: child falls with wage
property fails start "上岗补贴过低" for person: total paid by start ≤ 2999 yuan
property fails longer for person: start falls with employed
property fails child for person: total paid by child ≤ 20_000 yuan
property fails award for company: total paid by award = 0 yuan
property fails wage for person: child rises with wage
property fails both for person: total paid by start + total paid by child ≤ 10_000 yuan
property fails home for person: home is far or total paid by start = 0 yuan
"""


def trial(more: str = "") -> huice.Program:
    return huice.loads(TEXT + more, "trial.policy")
