// Checks a log and receipts with golang.org/x/mod/sumdb/{note,tlog} and docs/ledger.md alone.
//
//	ledger log FOLDER KEY [WITNESS …]         the checkpoint, every bundle and every tile
//	ledger receipt FILE KEY [WITNESS …]       one receipt, every proof and hash in it
//
// Each witness whose key is given must have cosigned the checkpoint (C2SP tlog-cosignature).
package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const entryLength = 130

func main() {
	if len(os.Args) < 4 {
		fmt.Fprintln(os.Stderr, "usage: ledger log FOLDER KEY [WITNESS …] | ledger receipt FILE KEY [WITNESS …]")
		os.Exit(2)
	}
	check := map[string]func(string, string, []string) error{"log": checkLog, "receipt": checkReceipt}[os.Args[1]]
	if err := check(os.Args[2], os.Args[3], os.Args[4:]); err != nil {
		fmt.Fprintln(os.Stderr, "refused:", err)
		os.Exit(1)
	}
}

// witness verifies cosignatures of one witness.
type witness struct {
	name string
	hash uint32
	key  ed25519.PublicKey
}

func (w witness) Name() string    { return w.name }
func (w witness) KeyHash() uint32 { return w.hash }
func (w witness) Verify(text, signature []byte) bool {
	if len(signature) != 8+ed25519.SignatureSize {
		return false
	}
	message := fmt.Sprintf("cosignature/v1\ntime %d\n%s", binary.BigEndian.Uint64(signature), text)
	return ed25519.Verify(w.key, []byte(message), signature[8:])
}

func newWitness(vkey string) (witness, error) {
	parts := strings.SplitN(vkey, "+", 3)
	if len(parts) != 3 {
		return witness{}, errors.New("no key of a witness")
	}
	data, err := base64.StdEncoding.Strict().DecodeString(parts[2])
	if err != nil || len(data) != 1+ed25519.PublicKeySize || data[0] != 4 {
		return witness{}, errors.New("no key of a witness")
	}
	number := binary.BigEndian.Uint32(hash([]byte(parts[0]+"\n"), data))
	if parts[1] != fmt.Sprintf("%08x", number) {
		return witness{}, errors.New("the hash of a witness's key is another")
	}
	return witness{parts[0], number, data[1:]}, nil
}

// open gives size and root of a checkpoint that the key signed and all witnesses cosigned.
func open(text []byte, key string, witnesses []string) (int64, tlog.Hash, error) {
	verifier, err := note.NewVerifier(key)
	if err != nil {
		return 0, tlog.Hash{}, err
	}
	known := []note.Verifier{verifier}
	for _, vkey := range witnesses {
		witness, err := newWitness(vkey)
		if err != nil {
			return 0, tlog.Hash{}, err
		}
		known = append(known, witness)
	}
	opened, err := note.Open(text, note.VerifierList(known...))
	if err != nil {
		return 0, tlog.Hash{}, err
	}
	if len(opened.Sigs) != len(known) {
		return 0, tlog.Hash{}, errors.New("a witness did not cosign")
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != verifier.Name() {
		return 0, tlog.Hash{}, errors.New("the checkpoint is not of this log")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return 0, tlog.Hash{}, err
	}
	root, err := tlog.ParseHash(lines[2])
	return size, root, err
}

// path is the place of a tile as C2SP tlog-tiles gives it.
func path(kind string, index int64, width int) string {
	name := fmt.Sprintf("%03d", index%1000)
	for rest := index / 1000; rest > 0; rest /= 1000 {
		name = fmt.Sprintf("x%03d/%s", rest%1000, name)
	}
	if width < 256 {
		name += fmt.Sprintf(".p/%d", width)
	}
	return filepath.Join("tile", kind, name)
}

// checkLog recomputes the tree from the bundles, and compares every tile with it.
func checkLog(folder, key string, witnesses []string) error {
	text, err := os.ReadFile(filepath.Join(folder, "checkpoint"))
	if err != nil {
		return err
	}
	size, root, err := open(text, key, witnesses)
	if err != nil {
		return err
	}
	var stored []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		found := make([]tlog.Hash, len(indexes))
		for at, index := range indexes {
			found[at] = stored[index]
		}
		return found, nil
	})
	for first := int64(0); first < size; first += 256 {
		width := int(min(size-first, 256))
		bundle, err := os.ReadFile(filepath.Join(folder, path("entries", first/256, width)))
		if err != nil {
			return err
		}
		for at := 0; at < width; at++ {
			if len(bundle) < 2 || binary.BigEndian.Uint16(bundle) != entryLength || len(bundle) < 2+entryLength {
				return fmt.Errorf("bundle %d is not of entries of %d bytes", first/256, entryLength)
			}
			hashes, err := tlog.StoredHashes(first+int64(at), bundle[2:2+entryLength], reader)
			if err != nil {
				return err
			}
			stored = append(stored, hashes...)
			bundle = bundle[2+entryLength:]
		}
		if len(bundle) != 0 {
			return fmt.Errorf("bundle %d is too long", first/256)
		}
	}
	computed, err := tlog.TreeHash(size, reader)
	if err != nil {
		return err
	}
	if computed != root {
		return errors.New("the entries give another root than the one that is signed")
	}
	for level, count := 0, size; count > 0; level, count = level+1, count/256 {
		for first := int64(0); first < count; first += 256 {
			width := int(min(count-first, 256))
			tile, err := os.ReadFile(filepath.Join(folder, path(strconv.Itoa(level), first/256, width)))
			if err != nil {
				return err
			}
			var want []byte
			for at := first; at < first+int64(width); at++ {
				hash := stored[tlog.StoredHashIndex(level*8, at)]
				want = append(want, hash[:]...)
			}
			if !bytes.Equal(tile, want) {
				return fmt.Errorf("tile %d of level %d is not that of the tree", first/256, level)
			}
		}
	}
	fmt.Printf("log of %d entries\n", size)
	return nil
}

type leaf struct {
	Leaf  int64  `json:"leaf"`
	Entry []byte `json:"entry"`
	Proof []int  `json:"proof"`
}

type line struct {
	Told  int    `json:"told"`
	One   string `json:"one"`
	Blind []byte `json:"blind"`
	Uses  []leaf `json:"uses"`
	Batch leaf   `json:"batch"`
	At    int64  `json:"at"`
	Path  []byte `json:"path"`
}

type receipt struct {
	Format     string   `json:"format"`
	Key        string   `json:"key"`
	Checkpoint string   `json:"checkpoint"`
	Witnesses  []string `json:"witnesses"`
	Told       []string `json:"told"`
	Nodes      []byte   `json:"nodes"`
	Heads      *leaf    `json:"heads"`
	Histories  []struct {
		Slot   int64  `json:"slot"`
		Blind  []byte `json:"blind"`
		Path   []byte `json:"path"`
		Before struct {
			Count uint64 `json:"count"`
			Head  []byte `json:"head"`
		} `json:"before"`
		Lines []line `json:"lines"`
		After []byte `json:"after"`
	} `json:"histories"`
	Unsealed []struct {
		Told int  `json:"told"`
		Used leaf `json:"used"`
	} `json:"unsealed"`
	Grown []struct {
		Size  int64  `json:"size"`
		Root  []byte `json:"root"`
		Proof []int  `json:"proof"`
	} `json:"grown"`
}

// checker holds what all proofs of a receipt are for.
type checker struct {
	receipt
	size  int64
	root  tlog.Hash
	nodes []tlog.Hash
}

func hash(parts ...[]byte) []byte {
	sum := sha256.Sum256(bytes.Join(parts, nil))
	return sum[:]
}

func number(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }

// digests cuts bytes into hashes.
func digests(all []byte) ([]tlog.Hash, error) {
	if len(all)%32 != 0 {
		return nil, errors.New("hashes are cut short")
	}
	var found []tlog.Hash
	for ; len(all) > 0; all = all[32:] {
		found = append(found, tlog.Hash(all[:32]))
	}
	return found, nil
}

// included says whether data is the leaf at a place of a tree.
func included(data []byte, at, size int64, root []byte, proof []tlog.Hash) error {
	if len(root) != 32 || at < 0 || at >= size {
		return errors.New("a place outside the tree")
	}
	return tlog.CheckRecord(proof, size, tlog.Hash(root), at, tlog.RecordHash(data))
}

func (c *checker) proof(numbers []int) ([]tlog.Hash, error) {
	var found []tlog.Hash
	for _, number := range numbers {
		if number < 0 || number >= len(c.nodes) {
			return nil, errors.New("a proof names a node that is not there")
		}
		found = append(found, c.nodes[number])
	}
	return found, nil
}

// inLog checks that a leaf of one of these kinds stands in the log.
func (c *checker) inLog(l leaf, kinds string) error {
	proof, err := c.proof(l.Proof)
	if err != nil {
		return err
	}
	if len(l.Entry) != entryLength || l.Entry[0] != 1 || !strings.ContainsRune(kinds, rune('0'+l.Entry[1])) {
		return fmt.Errorf("leaf %d is not of the right kind", l.Leaf)
	}
	return included(l.Entry, l.Leaf, c.size, c.root[:], proof)
}

// use checks a use and what is told of it.
func (c *checker) use(l leaf, told int) error {
	if err := c.inLog(l, "145"); err != nil {
		return err
	}
	if told < 0 || told >= len(c.Told) || !bytes.Equal(hash([]byte(c.Told[told])), l.Entry[66:98]) {
		return fmt.Errorf("what is told of leaf %d is not what was logged", l.Leaf)
	}
	return nil
}

// line gives the commitment to a line after checking that its batch holds it.
func (c *checker) line(l line) ([]byte, error) {
	if err := c.inLog(l.Batch, "2"); err != nil {
		return nil, err
	}
	batch := l.Batch.Entry
	parts := [][]byte{[]byte("theirs uses 1\n"), number(uint64(len(l.Uses)))}
	last := int64(-1)
	for _, used := range l.Uses {
		if err := c.use(used, l.Told); err != nil {
			return nil, err
		}
		if used.Leaf <= last || used.Leaf >= l.Batch.Leaf || !bytes.Equal(used.Entry[58:66], batch[58:66]) {
			return nil, fmt.Errorf("use at leaf %d is out of place", used.Leaf)
		}
		last = used.Leaf
		parts = append(parts, hash([]byte{0}, used.Entry))
	}
	uses := hash(parts...)
	if !bytes.Equal(uses, batch[26:58]) || binary.BigEndian.Uint64(batch[114:122]) != uint64(len(l.Uses)) {
		return nil, fmt.Errorf("the uses of the batch at leaf %d are others", l.Batch.Leaf)
	}
	commitment := hash([]byte("theirs commitment 1\n"), l.Blind, uses, hash([]byte(c.Told[l.Told])), hash([]byte(l.One)))
	path, err := digests(l.Path)
	if err != nil {
		return nil, err
	}
	people := int64(binary.BigEndian.Uint64(batch[58:66]))
	return commitment, included(commitment, l.At, people, batch[66:98], path)
}

// history rebuilds one chain, and checks its place in the heads tree.
func (c *checker) history(at int) error {
	history := c.Histories[at]
	count, head := history.Before.Count, history.Before.Head
	if count == 0 {
		head = make([]byte, 32)
	}
	push := func(commitment []byte) {
		head = hash([]byte("theirs chain 1\n"), head, commitment)
		count++
	}
	for _, line := range history.Lines {
		commitment, err := c.line(line)
		if err != nil {
			return err
		}
		push(commitment)
	}
	after, err := digests(history.After)
	if err != nil {
		return err
	}
	for _, commitment := range after {
		push(commitment[:])
	}
	path, err := digests(history.Path)
	if err != nil {
		return err
	}
	heads := c.Heads.Entry
	data := bytes.Join([][]byte{history.Blind, number(count), head}, nil)
	people := int64(binary.BigEndian.Uint64(heads[58:66]))
	return included(data, history.Slot, people, heads[66:98], path)
}

func checkReceipt(file, key string, witnesses []string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var c checker
	strict := json.NewDecoder(bytes.NewReader(text))
	strict.DisallowUnknownFields()
	if err := strict.Decode(&c.receipt); err != nil {
		return err
	}
	if c.Format != "theirs receipt 1" || c.Key != key {
		return errors.New("another format or key")
	}
	if c.size, c.root, err = open([]byte(c.Checkpoint), key, c.Witnesses); err != nil {
		return err
	}
	if strings.Count(c.Checkpoint, "\n— ") != 1+len(c.Witnesses) {
		return errors.New("a signature that is nobody's")
	}
	for _, vkey := range witnesses {
		if !slices.Contains(c.Witnesses, vkey) {
			return errors.New("a witness did not cosign")
		}
	}
	if c.nodes, err = digests(c.Nodes); err != nil {
		return err
	}
	if c.Heads != nil {
		if err := c.inLog(*c.Heads, "3"); err != nil {
			return err
		}
	}
	uses := 0
	for at := range c.Histories {
		if c.Heads == nil {
			return errors.New("a history without an epoch")
		}
		if err := c.history(at); err != nil {
			return fmt.Errorf("history of slot %d: %w", c.Histories[at].Slot, err)
		}
		for _, line := range c.Histories[at].Lines {
			uses += len(line.Uses)
		}
	}
	for _, unsealed := range c.Unsealed {
		if err := c.use(unsealed.Used, unsealed.Told); err != nil {
			return err
		}
	}
	for _, grown := range c.Grown {
		proof, err := c.proof(grown.Proof)
		if err != nil {
			return err
		}
		if len(grown.Root) != 32 || grown.Size < 1 || grown.Size > c.size {
			return errors.New("an earlier size that cannot be")
		}
		if err := tlog.CheckTree(proof, c.size, c.root, grown.Size, tlog.Hash(grown.Root)); err != nil {
			return err
		}
	}
	fmt.Printf("receipt of %d sealed uses and %d others\n", uses, len(c.Unsealed))
	return nil
}
