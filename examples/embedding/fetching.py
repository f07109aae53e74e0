"""Effects answered by asyncio: scripts written straight on, a hundred of them at a time in one event loop.

python examples/embedding/fetching.py
"""

import asyncio

import rusk

SCRIPT = """
interface Http { fn get(url: string) -> Result<string, string>; }

pub fn crawl(start: string, depth: int) -> int {
    let size = 0;
    let url = start;
    let i = 0;
    while i < depth {
        match @Http.get(url) {
            Result::Ok(page) => { size = size + page.chars().count(); url = f"{url}/next"; }
            Result::Err(_why) => { return size; }
        }
        i = i + 1;
    }
    size
}
"""

program = rusk.compile(SCRIPT, external=["Http"])
active = 0
most = 0


async def get(url: str) -> object:
    """A stand-in for an HTTP client."""
    global active, most
    active += 1
    most = max(most, active)
    await asyncio.sleep(0.001)
    active -= 1
    return rusk.Err("not found") if url.startswith("site7/") else rusk.Ok(f"<page {url}>")


async def main() -> None:
    effects = rusk.Effects(program)
    effects.handle("Http.get", get)
    sessions = [program.start(entry="crawl", args=(f"site{i}", 3), memory=1 << 20) for i in range(100)]
    sizes = await asyncio.gather(*[s.run_async(effects) for s in sessions])
    print("pages of site0:", sizes[0], "site7:", sizes[7])
    print("many requests at a time:", most > 50)

    task = asyncio.ensure_future(program.start(entry="crawl", args=("slow", 1000)).run_async(effects))
    await asyncio.sleep(0.01)
    task.cancel()
    print(
        "cancelled:",
        isinstance((await asyncio.gather(task, return_exceptions=True))[0], asyncio.CancelledError),
    )


if __name__ == "__main__":
    asyncio.run(main())
