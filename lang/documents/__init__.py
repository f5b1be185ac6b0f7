"""Official documents as a drafter has them: `decode` (bytes to text), `cleaning` (page breaks, pinyin), `marks` (item
marks), `items` (text to a tree of numbered items), `money` (what names money), `coverage` (items held against a
program). Pure; the text of a document always comes from outside."""
