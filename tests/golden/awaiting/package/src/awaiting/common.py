"""Definitions that the stages share."""

import asyncio


async def ask(number):
    await asyncio.sleep(0)
    return number * 2


async def doubles(numbers):
    for number in numbers:
        yield await ask(number)
