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

_compiled: OrderedDict[str, Any] = OrderedDict()


@cache
def _target() -> Any:
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    return llvm.Target.from_default_triple().create_target_machine(
        cpu=llvm.get_host_cpu_name(), features=llvm.get_host_cpu_features().flatten(), opt=3
    )


def compiled(text: str) -> Any:
    """The engine that holds the functions of a module."""
    found = _compiled.get(text)
    if found is not None:
        _compiled.move_to_end(text)
        return found
    module = llvm.parse_assembly(text)
    module.verify()
    options = llvm.create_pipeline_tuning_options(speed_level=3)
    passes = llvm.create_pass_builder(_target(), options)
    passes.getModulePassManager().run(module, passes)
    # an engine owns its module and target machine: each has its own
    _target.cache_clear()
    engine = llvm.create_mcjit_compiler(module, _target())
    engine.finalize_object()
    _compiled[text] = engine
    if len(_compiled) > KEPT:
        _compiled.popitem(last=False)
    return engine


Signature = ctypes.CFUNCTYPE(None, ctypes.c_int64, ctypes.c_int64, ctypes.c_void_p)


def call(engine: Any, name: str, begin: int, end: int, arrays: Sequence[NDArray[Any]]) -> None:
    """Runs a function over rows begin to end; the arrays must live until it returns. Releases the interpreter lock."""
    addresses = np.array([array.ctypes.data for array in arrays], np.uint64)
    Signature(engine.get_function_address(name))(begin, end, addresses.ctypes.data)
