"""Text of LLVM in, callable code out. The only module that knows the code generator.

Compiled code is kept for as long as the process lives, by its text; `llvmlite` is imported by nobody who does not run
kernels.
"""

from __future__ import annotations

import ctypes
from collections import OrderedDict
from collections.abc import Sequence
from functools import cache
from typing import Any

import llvmlite.binding as llvm
import numpy as np
from numpy.typing import NDArray

KEPT = 32  # compiled modules
MANY = 20_000  # rows
QUICK, FULL = 0, 3  # levels of optimisation

# Which rule a row meets, and what it gets, is anybody's guess to a processor, yet LLVM turns choices and conjunctions
# into jumps where it believes that to be quicker; each one guessed wrong costs some fifteen steps.
STRAIGHT = ("-disable-cgp-select2branch", "-jump-is-expensive")
STRAIGHT_X86 = ("-x86-cmov-converter=false",)

_compiled: OrderedDict[tuple[int, str], Any] = OrderedDict()


@cache
def _host() -> tuple[str, str]:
    x86 = llvm.get_process_triple().startswith("x86_64")
    for option in (*STRAIGHT, *(STRAIGHT_X86 if x86 else ())):
        llvm.set_option("huice", option)
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    return llvm.get_host_cpu_name(), llvm.get_host_cpu_features().flatten()


def _target(effort: int) -> Any:
    cpu, features = _host()
    return llvm.Target.from_default_triple().create_target_machine(cpu=cpu, features=features, opt=effort)


def _tidying() -> Any:
    """What makes code smaller, and so sooner made: a walk over few rows takes a millisecond, LLVM's own least level
    some hundreds, most of them for copies of loops."""
    passes = llvm.create_new_module_pass_manager()
    passes.add_simplify_cfg_pass()
    passes.add_instruction_combine_pass()
    passes.add_simplify_cfg_pass()
    passes.add_dead_code_elimination_pass()
    return passes


def compiled(text: str, rows: int) -> Any:
    """The engine that holds the functions of a module. For few rows less is spent on making the code fast."""
    effort = FULL if rows >= MANY else QUICK
    key = effort, text
    found = _compiled.get(key)
    if found is not None:
        _compiled.move_to_end(key)
        return found
    _host()
    module = llvm.parse_assembly(text)
    module.verify()
    builder = llvm.create_pass_builder(_target(effort), llvm.create_pipeline_tuning_options(speed_level=effort))
    passes = builder.getModulePassManager() if effort == FULL else _tidying()
    passes.run(module, builder)
    engine = llvm.create_mcjit_compiler(module, _target(effort))  # which owns both from now on
    engine.finalize_object()
    _compiled[key] = engine
    if len(_compiled) > KEPT:
        _compiled.popitem(last=False)
    return engine


Signature = ctypes.CFUNCTYPE(None, ctypes.c_int64, ctypes.c_int64, ctypes.c_void_p)


def call(engine: Any, name: str, begin: int, end: int, arrays: Sequence[NDArray[Any]]) -> None:
    """Runs a function over rows begin to end; the arrays must live until it returns. Releases the interpreter lock."""
    addresses = np.array([array.ctypes.data for array in arrays], np.uint64)
    Signature(engine.get_function_address(name))(begin, end, addresses.ctypes.data)
