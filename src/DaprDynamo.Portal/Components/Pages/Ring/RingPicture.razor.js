// Tells the page which partition the pointer is over: only when that changes, and never faster than the page can follow.
export function watch(svg, page, partitions, innerShare) {
    let over = null;
    let told = null;
    let busy = false;

    async function tell() {
        if (busy) {
            return;
        }

        busy = true;
        try {
            while (told !== over) {
                told = over;
                await page.invokeMethodAsync("LookAtAsync", told);
                await new Promise(done => setTimeout(done, 60));
            }
        } catch {
            // The page has gone.
        } finally {
            busy = false;
        }
    }

    svg.addEventListener("pointermove", event => {
        const box = svg.getBoundingClientRect();
        const x = (event.clientX - box.left) / box.width - 0.5;
        const y = (event.clientY - box.top) / box.height - 0.5;
        const turn = (Math.atan2(x, -y) / (2 * Math.PI) + 1) % 1;
        const distance = Math.hypot(x, y);
        if (distance >= innerShare && distance < 0.49) {
            over = Math.floor(turn * partitions);
            tell();
        }
    });
}
