namespace DaprDynamo.Portal.Tests.Browser;

/// <summary>What the tests have the browser find out about a page.</summary>
internal static class Scripts
{
    /// <summary>
    /// The texts whose contrast against what they stand on is below WCAG's level AA (1.4.3): 4.5, or 3 for large text. Disabled controls
    /// and what is hidden are left out, as there. Text in pictures counts by the size it has on the screen, against the shapes it lies on,
    /// or against its own edge where it has one.
    /// </summary>
    internal const string FaintText = """
        () => {
            const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
            const parse = colour => {
                canvas.clearRect(0, 0, 1, 1);
                canvas.fillStyle = colour;
                canvas.fillRect(0, 0, 1, 1);
                const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
                return { r, g, b, a: a / 255 };
            };
            const over = (top, under) => ({
                r: top.r * top.a + under.r * (1 - top.a),
                g: top.g * top.a + under.g * (1 - top.a),
                b: top.b * top.a + under.b * (1 - top.a),
                a: 1,
            });
            const luminance = ({ r, g, b }) => [r, g, b]
                .map(part => part / 255)
                .map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
                .reduce((sum, part, index) => sum + part * [0.2126, 0.7152, 0.0722][index], 0);
            const behind = element => {
                const layers = [];
                for (let each = element; each; each = each.parentElement) {
                    const colour = parse(getComputedStyle(each).backgroundColor);
                    layers.push(colour);
                    if (colour.a === 1) break;
                }
                return layers.reduceRight((under, top) => over(top, under), { r: 255, g: 255, b: 255, a: 1 });
            };
            const faded = (element, colour, own) => {
                let a = colour.a * own;
                for (let each = element; each instanceof SVGElement; each = each.parentElement) a *= Number(getComputedStyle(each).opacity);
                return { ...colour, a };
            };
            const paintOf = (element, what) => {
                const style = getComputedStyle(element);
                return style[what].startsWith("none") || style[what].startsWith("url") ? null : faded(element, parse(style[what]), Number(style[what + "Opacity"]));
            };
            const beneath = text => {
                const svg = text.ownerSVGElement;
                const edge = getComputedStyle(text).paintOrder.startsWith("stroke") ? paintOf(text, "stroke") : null;
                text.scrollIntoView({ block: "center", inline: "center" });
                const box = text.getBoundingClientRect();
                const layers = edge ? [edge] : document.elementsFromPoint(box.x + box.width / 2, box.y + box.height / 2)
                    .filter(shape => shape !== text && svg.contains(shape) && shape !== svg).map(shape => paintOf(shape, "fill")).filter(paint => paint);
                const opaque = layers.findIndex(layer => layer.a > 0.999);
                return layers.slice(0, opaque < 0 ? layers.length : opaque + 1).reduceRight((under, top) => over(top, under), behind(svg));
            };
            const faint = [];
            const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
            while (walker.nextNode()) {
                const element = walker.currentNode.parentElement;
                const text = walker.currentNode.textContent.trim();
                if (!text || !element.checkVisibility({ opacityProperty: true, visibilityProperty: true })
                    || element.closest("title, script, style, dialog:not([open]), .visually-hidden, .skip, :disabled, [aria-disabled=true], .rzi")) continue;
                const style = getComputedStyle(element);
                const picture = element.ownerSVGElement;
                const ground = picture ? beneath(element) : behind(element);
                const ink = over(picture ? paintOf(element, "fill") : parse(style.color), ground);
                const [light, dark] = [luminance(ink), luminance(ground)].sort((a, b) => b - a);
                const contrast = (light + 0.05) / (dark + 0.05);
                const size = parseFloat(style.fontSize) * (picture ? element.getScreenCTM().a : 1);
                const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
                if (contrast < (isLarge ? 3 : 4.5) - 0.05) {
                    faint.push(`${contrast.toFixed(2)} "${text.slice(0, 40)}" in ${element.tagName.toLowerCase()}.${element.className}: ${picture ? style.fill : style.color} on rgb(${Math.round(ground.r)}, ${Math.round(ground.g)}, ${Math.round(ground.b)})`);
                }
            }
            return faint.slice(0, 20);
        }
        """;

    /// <summary>The controls that a screen reader could only call "button" or "edit".</summary>
    internal const string UnnamedControls = """
        () => [...document.querySelectorAll("button, input:not([type=hidden]), select, textarea, a[href], [role=slider], [role=button], [role=combobox]")]
            .filter(control => control.checkVisibility() && !control.closest("dialog:not([open]), [aria-hidden=true]"))
            .filter(control => !(control.getAttribute("aria-label")?.trim() || control.getAttribute("title")?.trim() || control.textContent.trim()
                || (control.getAttribute("aria-labelledby") ?? "").split(" ").some(id => document.getElementById(id)?.textContent.trim())
                || [...(control.labels ?? [])].some(label => label.textContent.trim())
                || (control.tagName === "INPUT" && ["submit", "button"].includes(control.type) && control.value)))
            .map(control => control.outerHTML.slice(0, 160))
        """;
}
